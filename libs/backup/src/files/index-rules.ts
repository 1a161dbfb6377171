import type { FileRootRecord } from '../backup-set/manifest.js';
import { placeOf, type HeldObject } from '../backup-set/set-objects.js';
import { comesBefore, display, folderOf, type BytePath } from './byte-path.js';
import { bundlePlace, isBundle, type IndexEntry, type Place } from './index-entry.js';
import { isScratchName } from './scratch-names.js';

/** The longest name that file systems take, bytes. */
const NAME_BYTES = 255;

/**
 * What every index has to keep, whoever wrote it, in the order of its lines and with little memory:
 * - a path stays inside of the root, is there once, and stands right after its folder, in path order: so what is below a
 *   symbolic link cannot be an entry
 * - bytes are where the manifest has as many, those of a bundle are used once, in its order, and so are the bundles of each
 *   set: so nothing can come to more than what the objects hold
 * - what has no content of its own refers to no other set
 */
export class IndexRules {
  private readonly sizes: ReadonlyMap<string, number>;
  private readonly used = new Set<string>();
  /** The folders that the last entry is in, from the root. */
  private readonly folders: BytePath[] = [];
  private last: BytePath | null = null;
  /** By set: the bundle that its latest entry is in, and where the next bytes can be. */
  private readonly bundles = new Map<string, { readonly object: string; readonly size: number; next: number }>();
  private entries = 0;
  private files = 0;
  private bytes = 0;
  private changed = 0;

  /**
   * @param set that has the root
   * @param objects of the root, with those of earlier sets that it refers to
   */
  constructor(
    private readonly set: string,
    private readonly root: FileRootRecord,
    objects: readonly HeldObject[],
  ) {
    this.sizes = new Map(objects.map((object) => [placeOf(object), object.plainSize]));
  }

  /** @throws Error that says what is wrong */
  check(entry: IndexEntry): void {
    this.checkPath(entry);
    this.checkPlaces(entry);
    this.entries += 1;
    if (entry.type === 'file') {
      this.files += 1;
      this.bytes += entry.size;
      this.changed += entry.changed === true ? 1 : 0;
    }
  }

  /** @throws Error when it is not all that the manifest says, or not all of the objects */
  finish(): void {
    const { entries, files, bytes, changed } = this.root;
    const isComplete =
      this.entries === entries && this.files === files && this.bytes === bytes && this.changed === changed;
    if (!isComplete) {
      throw new Error('it has not the entries that the manifest says');
    }
    const index = placeOf({ set: this.set, key: this.root.index });
    const unused = [...this.sizes.keys()].find((place) => place !== index && !this.used.has(place));
    if (unused !== undefined) {
      throw new Error(`nothing in it refers to ${unused}`);
    }
  }

  private checkPath(entry: IndexEntry): void {
    const { path, type } = entry;
    if (type === 'symlink' && entry.target.includes('\0')) {
      throw new Error(`${display(path)} leads to no path`);
    }
    if (path === '') {
      if (this.last !== null || type !== 'folder' || this.root.kind !== 'folder') {
        throw new Error('the root itself is in a wrong place');
      }
      this.last = '';
      this.folders.push('');
      return;
    }
    const names = this.namesToCheck(path);
    if (!names.every(isName)) {
      throw new Error(`${display(path)} does not stay inside of the root`);
    }
    if (this.root.kind === 'file') {
      if (names.length > 1 || this.last !== null || type !== 'file') {
        throw new Error('it has more than one file');
      }
    } else {
      if (names.some(isScratchName)) {
        throw new Error(`${display(path)} has a name that restores use for themselves`);
      }
      this.enter(path);
    }
    this.last = path;
    if (type === 'folder') {
      this.folders.push(path);
    }
  }

  /** Those of the folder that the last entry is in were checked with it. */
  private namesToCheck(path: BytePath): string[] {
    const folder = folderOf(path);
    const isSame = folder !== '' && this.folders[this.folders.length - 1] === folder;
    return isSame ? [path.slice(folder.length + 1)] : path.split('/');
  }

  private enter(path: BytePath): void {
    const folder = folderOf(path);
    while (this.folders.length > 0 && this.folders[this.folders.length - 1] !== folder) {
      this.folders.pop();
    }
    if (this.folders.length === 0) {
      throw new Error(`${display(path)} stands outside of its folder`);
    }
    if (this.last !== null && !comesBefore(this.last, path)) {
      throw new Error(`${display(path)} is there twice, or in a wrong place`);
    }
  }

  private checkPlaces(entry: IndexEntry): void {
    const inBundle = bundlePlace(entry);
    if (entry.type !== 'file') {
      if (inBundle?.length !== 0) {
        throw new Error(`${display(entry.path)} has bytes`);
      }
      if (inBundle.set !== undefined) {
        throw new Error(`${display(entry.path)} refers to another set, and has no content`);
      }
      this.checkBundled(inBundle, entry.path);
      return;
    }
    if (entry.bytes.reduce((sum, { length }) => sum + length, 0) !== entry.size) {
      throw new Error(`${display(entry.path)} has not as many bytes as its size says`);
    }
    if (inBundle !== null && entry.bytes.length === 1) {
      this.checkBundled(inBundle, entry.path);
    } else {
      entry.bytes.forEach((place) => {
        this.checkPart(place, entry.path);
      });
    }
  }

  private checkBundled(place: Place, path: BytePath): void {
    const bundle = this.bundleOf(place, path);
    if (place.at < bundle.next || place.at + place.length > bundle.size) {
      throw new Error(`${display(path)} lies where something else does, or beyond the end of ${place.object}`);
    }
    bundle.next = place.at + place.length;
  }

  /** The one that is used, or another one of its set, which is used from now on. */
  private bundleOf(place: Place, path: BytePath): { readonly size: number; next: number } {
    const { set = this.set, object } = place;
    const latest = this.bundles.get(set);
    if (latest?.object === object) {
      return latest;
    }
    const bundle = { object, size: this.sizeOf(place, path), next: 0 };
    this.use(place, path);
    this.bundles.set(set, bundle);
    return bundle;
  }

  private checkPart(place: Place, path: BytePath): void {
    if (isBundle(place.object) || place.at !== 0 || place.length !== this.sizeOf(place, path)) {
      throw new Error(`${display(path)} is not all of ${place.object}`);
    }
    this.use(place, path);
  }

  private use(place: Place, path: BytePath): void {
    const used = this.placeOf(place);
    if (this.used.has(used)) {
      throw new Error(`${display(path)} comes from ${place.object}, which others have been read from before`);
    }
    this.used.add(used);
  }

  private sizeOf(place: Place, path: BytePath): number {
    const size = place.object === this.root.index ? undefined : this.sizes.get(this.placeOf(place));
    if (size === undefined) {
      throw new Error(`${display(path)} refers to ${place.object}, which is none of its objects`);
    }
    return size;
  }

  private placeOf({ set = this.set, object }: Place): string {
    return placeOf({ set, key: object });
  }
}

function isName(name: BytePath): boolean {
  const isReserved = name === '' || name === '.' || name === '..' || name.includes('\0');
  // on Windows these lead somewhere else
  const leavesFolder = process.platform === 'win32' && /[\\:]/.test(name);
  return !isReserved && !leavesFolder && name.length <= NAME_BYTES;
}
