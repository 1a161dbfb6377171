import type { INestApplicationContext } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { z } from 'zod';
import { EVENTS_TYPE, JSON_TYPE, PROBLEM_TYPE } from '../media-types.js';
import { PROBLEM_STATUS, problemDetails, type ProblemCode } from '../problem.js';
import { registeredRoutes, type RegisteredRoute } from '../registered-routes.js';
import { problemBody } from '../schemas/problem.schema.js';
import { EVENTS_EXAMPLE, exampleOf } from './answer-examples.js';

/** The part of an OpenAPI document that is needed here, as `@nestjs/swagger` makes it. */
export interface OpenApiDocument {
  /** `3.0.0` or `3.1.0`. */
  readonly openapi: string;
  readonly paths: Record<string, object>;
  components?: { schemas?: Record<string, object> };
}

type JsonSchema = Readonly<Record<string, unknown>>;

const PROBLEM = 'BackupProblem';
const REQUEST_HEADER = {
  'Idempotency-Key':
    'A UUID in double quotes: whoever sends the same again with it gets the same answer, and nothing is done twice',
};
const ANSWER_HEADER = { 'Idempotency-Replayed': '`true`: this is the answer that was given before' };

/**
 * Describes the routes of this library in an OpenAPI document, from the very schemas that their requests are validated
 * by: parameters, bodies, answers, and every problem with an example.
 *
 * @param document what `SwaggerModule.createDocument(app, config)` gave; it is changed, and given back
 * @example
 * const document = describeBackupRoutes(app, SwaggerModule.createDocument(app, new DocumentBuilder().build()));
 * SwaggerModule.setup('api', app, document); // and /api-json
 */
export function describeBackupRoutes<Document extends OpenApiDocument>(
  app: INestApplicationContext,
  document: Document,
): Document {
  const describe = new RouteDescriber(document.openapi);
  for (const route of registeredRoutes(app.get(ModulesContainer))) {
    const path = `/${route.path.replace(/:(\w+)/g, '{$1}')}`;
    // the application's prefix comes first
    const found = Object.keys(document.paths).find((candidate) => candidate.endsWith(path));
    if (found !== undefined) {
      Object.assign(document.paths[found], { [route.method.toLowerCase()]: describe.operation(route) });
    }
  }
  document.components ??= {};
  document.components.schemas = { ...document.components.schemas, [PROBLEM]: describe.schema(problemBody, 'output') };
  return document;
}

class RouteDescriber {
  private readonly target: 'openapi-3.0' | 'draft-2020-12';

  constructor(version: string) {
    this.target = version.startsWith('3.0') ? 'openapi-3.0' : 'draft-2020-12';
  }

  operation(route: RegisteredRoute): object {
    const { description } = route;
    const requestBody = this.requestBody(route);
    return {
      operationId: `backup_${description.action.replaceAll('-', '_')}`,
      summary: description.summary,
      tags: ['backups'],
      parameters: [
        ...this.parameters(route.params, 'path'),
        ...this.parameters(route.query, 'query'),
        ...Object.entries({ ...description.requestHeaders, ...(description.isRepeatable && REQUEST_HEADER) }).map(
          ([name, meaning]) => ({
            name,
            in: 'header',
            required: false,
            description: meaning,
            schema: { type: 'string' },
          }),
        ),
      ],
      ...(requestBody !== null && { requestBody }),
      responses: { ...this.answers(route), ...this.problems(route) },
    };
  }

  schema(type: z.ZodType, io: 'input' | 'output'): JsonSchema {
    const { $schema: _, ...schema } = z.toJSONSchema(type, { target: this.target, io });
    return schema;
  }

  private parameters(type: z.ZodType | null, place: 'path' | 'query'): object[] {
    if (type === null) {
      return [];
    }
    const { properties = {}, required = [] } = this.schema(type, 'input') as {
      readonly properties?: Readonly<Record<string, JsonSchema>>;
      readonly required?: readonly string[];
    };
    return Object.entries(properties).map(([name, { description, example, ...schema }]) => ({
      name,
      in: place,
      required: required.includes(name),
      ...(description !== undefined && { description }),
      ...(example !== undefined && { example }),
      schema,
    }));
  }

  private requestBody({ description, body }: RegisteredRoute): object | null {
    if (description.mediaType !== undefined) {
      return { required: true, content: { [description.mediaType]: { schema: binary() } } };
    }
    if (body === null) {
      return null;
    }
    const { example, default: _, ...schema } = this.schema(body, 'input');
    return {
      required: !body.safeParse(undefined).success,
      content: { [JSON_TYPE]: { schema, ...(example !== undefined && { example }) } },
    };
  }

  private answers({ description: { answer, isRepeatable } }: RegisteredRoute): object {
    const headers = Object.fromEntries(
      Object.entries({ ...answer.headers, ...(isRepeatable && ANSWER_HEADER) }).map(([name, description]) => [
        name,
        { description, schema: { type: 'string' } },
      ]),
    );
    const content = this.content(answer.schema, answer.mediaType);
    const statuses = [[answer.status, answer.description] as const, ...(answer.also ?? [])];
    return Object.fromEntries(
      statuses.map(([status, description]) => [status, { description, headers, ...(content && { content }) }]),
    );
  }

  private content(schema: z.ZodType | undefined, mediaType: string | undefined): object | null {
    if (schema !== undefined) {
      return { [JSON_TYPE]: { schema: this.schema(schema, 'output'), example: exampleOf(schema) } };
    }
    if (mediaType === EVENTS_TYPE) {
      return { [EVENTS_TYPE]: { schema: { type: 'string' }, example: EVENTS_EXAMPLE } };
    }
    return mediaType === undefined ? null : { [mediaType]: { schema: binary() } };
  }

  private problems(route: RegisteredRoute): object {
    const byStatus = Map.groupBy(problemsOf(route), (code) => PROBLEM_STATUS[code]);
    return {
      ...Object.fromEntries([...byStatus].map(([status, codes]) => [status, problemAnswer(codes.join(', '), codes)])),
      default: problemAnswer('Any other problem, such as a path or method that there is not', OTHERS),
    };
  }
}

/** What is answered before there is a route, and for what else the host's guards throw. */
const OTHERS = ['route_not_found', 'method_not_allowed', 'request_failed'] as const;

function problemAnswer(description: string, codes: readonly ProblemCode[]): object {
  return {
    description,
    content: {
      [PROBLEM_TYPE]: {
        schema: { $ref: `#/components/schemas/${PROBLEM}` },
        examples: Object.fromEntries(
          codes.map((code) => [code, { value: problemDetails(code, 'What happened, why, what to do.') }]),
        ),
      },
    },
  };
}

/** Those that the route names, and those that any route of its kind has. */
function problemsOf({ description, params, query, body }: RegisteredRoute): ProblemCode[] {
  const isValidated = params !== null || query !== null || body !== null;
  const hasBody = body !== null || description.mediaType !== undefined;
  return [
    ...new Set<ProblemCode>([
      ...description.problems,
      ...(isValidated ? (['validation_failed'] as const) : []),
      ...(hasBody ? (['unsupported_media_type', 'payload_too_large', 'request_timeout'] as const) : []),
      ...(description.isRepeatable === true ? (['idempotency_key_in_use', 'idempotency_key_reused'] as const) : []),
      ...(description.confirmed === true ? (['confirmation_refused'] as const) : []),
      'unauthorized',
      'forbidden',
      'internal_error',
    ]),
  ];
}

function binary(): JsonSchema {
  return { type: 'string', format: 'binary' };
}
