import 'reflect-metadata';

import { ConsoleLogger, Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DataSource } from 'typeorm';

import { connectDatabase } from './database-connection.js';
import { readEnvironment } from './environment.js';
import { ServerModule } from './server.module.js';
import { serveOpenApi } from './openapi.js';
import { hasColors } from './terminal-colors.js';

async function serve(): Promise<void> {
  const { port } = readEnvironment(process.env);
  const logger = new ConsoleLogger({ colors: hasColors(process.stdout) });
  const app = await NestFactory.create(ServerModule, { forceCloseConnections: true, bufferLogs: true, logger });
  app.enableShutdownHooks();
  // Before listen(), which runs the lifecycle hooks: from there on everybody may use the database.
  await connectDatabase(app.get(DataSource));
  serveOpenApi(app);
  app.flushLogs();
  await app.listen(port);
  new Logger('Host').log(`Listening on ${await app.getUrl()}`);
}

serve().catch((error: unknown) => {
  process.stderr.write(`${describe(error)}\n`);
  process.exit(1);
});

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'EADDRINUSE') {
    return 'Cannot listen: the port is used by another program. Stop that one, or set PORT.';
  }
  return error.message;
}
