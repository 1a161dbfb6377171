import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, type ModulesContainer } from '@nestjs/core';
import { z } from 'zod';
import { ROUTE, type RouteDescription } from './route.js';

/** A route as it is registered, with the schemas that its requests are validated by. */
export interface RegisteredRoute {
  readonly description: RouteDescription;
  readonly method: string;
  /** As the controller has it, without the application's prefix: `admin/backups/:id`. */
  readonly path: string;
  readonly controller: Type;
  readonly handler: string;
  readonly params: z.ZodType | null;
  readonly query: z.ZodType | null;
  readonly body: z.ZodType | null;
}

/** Beginnings of the names under which Nest keeps the arguments of handlers: see its `RouteParamtypes`. */
const ARGUMENTS = { body: '3:', query: '4:', params: '5:' } as const;

/** The routes of this library in an application, in the order in which they are asked. */
export function registeredRoutes(modules: ModulesContainer): RegisteredRoute[] {
  const scanner = new MetadataScanner();
  const controllers = [...modules.values()].flatMap((module) => [...module.controllers.values()]);
  return controllers.flatMap(({ metatype }) => {
    const controller = metatype as Type<object>;
    const prototype = controller.prototype as Readonly<Record<string, object>>;
    return scanner
      .getAllMethodNames(prototype)
      .filter((handler) => Reflect.hasMetadata(ROUTE, prototype[handler]))
      .map((handler) => routeOf(controller, handler, prototype[handler]));
  });
}

function routeOf(controller: Type, handler: string, method: object): RegisteredRoute {
  const path = [Reflect.getMetadata(PATH_METADATA, controller), Reflect.getMetadata(PATH_METADATA, method)] as string[];
  return {
    description: Reflect.getMetadata(ROUTE, method) as RouteDescription,
    method: RequestMethod[Reflect.getMetadata(METHOD_METADATA, method) as RequestMethod],
    path: path
      .map((part) => part.replace(/^\/|\/$/g, ''))
      .filter((part) => part !== '')
      .join('/'),
    controller,
    handler,
    params: argumentSchema(controller, handler, 'params'),
    query: argumentSchema(controller, handler, 'query'),
    body: argumentSchema(controller, handler, 'body'),
  };
}

/** The schema that Nest gives to the validation of an argument; null: the handler does not take it. */
export function argumentSchema(controller: Type, handler: string, argument: keyof typeof ARGUMENTS): z.ZodType | null {
  const known = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, handler) ?? {}) as Readonly<
    Record<string, { readonly schema?: unknown }>
  >;
  const [, found] = Object.entries(known).find(([name]) => name.startsWith(ARGUMENTS[argument])) ?? [];
  return found?.schema instanceof z.ZodType ? found.schema : null;
}
