/** What the URLs of requests below a path look like, behind whatever prefix the application has; routers take any case. */
export function urlsBelow(path: string): RegExp {
  return new RegExp(`^(?:/[^?]*)?/${path}(?:[/?]|$)`, 'i');
}

/** The same of one route: `admin/backups/:id`. */
export function urlsOf(path: string): RegExp {
  return new RegExp(`^(?:/[^?]*)?/${path.replaceAll(/:\w+/g, '[^/?]+')}/?(?:\\?|$)`, 'i');
}
