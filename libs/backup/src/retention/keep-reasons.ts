/** Why backups are kept. */
export class KeepReasons {
  private readonly reasons = new Map<number, string[]>();

  add(id: number, reason: string): void {
    this.reasons.set(id, [...this.of(id), reason]);
  }

  has(id: number): boolean {
    return this.reasons.has(id);
  }

  of(id: number): readonly string[] {
    return this.reasons.get(id) ?? [];
  }

  ids(): Set<number> {
    return new Set(this.reasons.keys());
  }
}
