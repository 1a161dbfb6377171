import { Module } from '@nestjs/common';

import { AppModule } from './app.module.js';
import { MonitoringModule } from './monitoring/monitoring.module.js';

/** The application with what only a server needs: commands start faster without it. */
@Module({ imports: [AppModule, MonitoringModule] })
export class ServerModule {}
