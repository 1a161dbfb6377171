import { StandardSchemaValidationPipe } from '@nestjs/common';
import { RequestProblem } from './problem.js';

type Issues = Parameters<NonNullable<NonNullable<StandardSchemaPipeOptions>['exceptionFactory']>>[0];
type StandardSchemaPipeOptions = ConstructorParameters<typeof StandardSchemaValidationPipe>[0];

/** So many are shown: how many there are is up to whoever sent the request. */
const MOST_ISSUES = 20;
const LONGEST_MESSAGE = 300;

/** Nest's pipe for the schemas of parameters, whose refusals are problem details. */
export const VALIDATION_PIPE = new StandardSchemaValidationPipe({
  exceptionFactory: (issues) => invalidRequest(issues),
});

function invalidRequest(found: Issues): RequestProblem {
  const issues = found.slice(0, MOST_ISSUES).map(({ path = [], message }) => ({
    path: path
      .map((segment) => String(typeof segment === 'object' ? segment.key : segment))
      .join('.')
      .slice(0, LONGEST_MESSAGE),
    message: message.slice(0, LONGEST_MESSAGE),
  }));
  const [{ path, message }] = issues;
  return new RequestProblem(
    'validation_failed',
    `The request is not valid: ${path === '' ? '' : `${path}: `}${message}`,
    issues,
  );
}
