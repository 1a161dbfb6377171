import { describeBackupRoutes } from '@app/backup';
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';

/** Serves the description of all routes: at /api for people, at /api-json for programs. */
export function serveOpenApi(app: INestApplication): void {
  const config = new DocumentBuilder()
    .setTitle('Cultural archive and courses')
    .setOpenAPIVersion('3.1.0')
    .addBearerAuth()
    .addSecurityRequirements('bearer')
    .build();
  const document = describeBackupRoutes(app, SwaggerModule.createDocument(app, config));
  SwaggerModule.setup('api', app, document, { jsonDocumentUrl: 'api-json' });
}
