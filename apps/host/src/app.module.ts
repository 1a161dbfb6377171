import { BackupModule } from '@app/backup';
import { Module } from '@nestjs/common';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { ScheduleModule } from '@nestjs/schedule';
import { TypeOrmModule } from '@nestjs/typeorm';

import { AdminGuard } from './admin.guard.js';
import { AppController } from './app.controller.js';
import { ArchiveModule } from './archive/archive.module.js';
import { CoursesModule } from './courses/courses.module.js';
import { databaseOptions } from './database.js';
import { EnvironmentModule } from './environment.module.js';
import { backupOptions } from './backup/backup-options.js';
import { BackupListener } from './backup/backup.listener.js';
import { ENVIRONMENT } from './environment.js';

@Module({
  imports: [
    EnvironmentModule,
    TypeOrmModule.forRootAsync({ inject: [ENVIRONMENT], useFactory: databaseOptions }),
    EventEmitterModule.forRoot(),
    ScheduleModule.forRoot(),
    BackupModule.forRootAsync({
      isGlobal: true,
      http: { path: 'admin/backups', guards: [AdminGuard] },
      inject: [ENVIRONMENT],
      useFactory: backupOptions,
    }),
    ArchiveModule,
    CoursesModule,
  ],
  controllers: [AppController],
  providers: [BackupListener],
})
export class AppModule {}
