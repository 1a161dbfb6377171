import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Keeps backup sets on a web server that takes PUT, GET, HEAD and DELETE, and lists what is below `?list=`. */
class WebStorage {
  /**
   * @param {string} url without an account
   * @param {string} tokenFile what lets requests in; read when it is needed, so that it can be replaced
   */
  constructor(url, tokenFile) {
    this.location = url;
    this.tokenFile = tokenFile;
  }

  async check() {
    const key = `check-${randomUUID()}`;
    await this.request('PUT', key, { body: 'check' });
    await this.delete(key);
  }

  async room() {
    return null;
  }

  /**
   * @param {string} key
   * @param {AsyncIterable<Uint8Array>} chunks
   * @param {AbortSignal} [signal]
   */
  async put(key, chunks, signal) {
    let size = 0;
    async function* counted() {
      for await (const chunk of chunks) {
        size += chunk.length;
        yield chunk;
      }
    }
    await this.request('PUT', key, { body: counted(), duplex: 'half', signal });
    return size;
  }

  async flush() {
    // the server has written what it has answered for
  }

  /**
   * @param {string} key
   * @param {AbortSignal} [signal]
   */
  async *get(key, signal) {
    const { body } = await this.request('GET', key, { signal });
    for await (const chunk of body ?? []) yield Buffer.from(chunk);
  }

  /** @param {string} key */
  async stat(key) {
    const answer = await this.request('HEAD', key, {}, [404]);
    if (answer.status === 404) return null;
    const modifiedAt = new Date(answer.headers.get('last-modified') ?? 0);
    return { key, size: Number(answer.headers.get('content-length')), modifiedAt };
  }

  /** @param {string} prefix */
  async *list(prefix) {
    const answer = await this.request('GET', `?list=${prefix}`);
    const objects = /** @type {{ key: string, size: number, modifiedAt: string }[]} */ (await answer.json());
    for (const { key, size, modifiedAt } of objects) {
      yield { key, size, modifiedAt: new Date(modifiedAt) };
    }
  }

  async listSets() {
    const names = /** @type {Set<string>} */ (new Set());
    for await (const { key } of this.list('')) {
      if (key.includes('/')) names.add(key.split('/')[0]);
    }
    return [...names];
  }

  /** @param {string} key */
  async delete(key) {
    await this.request('DELETE', key, {}, [404]);
  }

  async sweep() {
    // an upload that breaks off leaves nothing on the server
  }

  /** @param {string} name */
  async deleteSet(name) {
    for await (const { key } of this.list(name)) await this.delete(key);
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {RequestInit} [more]
   * @param {number[]} [expected] statuses that are no failure
   */
  async request(method, path, more = {}, expected = []) {
    const headers = { authorization: `Bearer ${readFileSync(this.tokenFile, 'utf8').trim()}` };
    const answer = await fetch(`${this.location}/${path}`, { ...more, method, headers });
    if (answer.ok || expected.includes(answer.status)) return answer;
    await answer.body?.cancel();
    const message = `${method} ${path} was answered ${answer.status}`;
    throw Object.assign(new Error(message), answer.status === 404 && { code: 'not_found' });
  }
}

/** @param {{ url: string, tokenFile: string }} options */
export function createStorage({ url, tokenFile }) {
  return new WebStorage(url, tokenFile);
}
