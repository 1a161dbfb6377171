/**
 * What scripts rely on in a document: its fields, and what kind of value each has. Of a list it is the shape of the elements;
 * a time is told from other texts; of what is null, that.
 */
export function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) {
    const shapes = value.map((element) => JSON.stringify(shapeOf(element)));
    return [...new Set(shapes)].toSorted().map((shape): unknown => JSON.parse(shape));
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, content]) => [name, shapeOf(content)]));
  }
  if (typeof value === 'string') {
    return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? 'time' : 'string';
  }
  return value === null ? null : typeof value;
}
