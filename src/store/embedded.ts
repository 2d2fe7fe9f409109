/** PGlite behind the shape of a pg pool, so that the store and the queue use the same SQL and code on both. */
import { EventEmitter } from 'node:events';
import { PGlite } from '@electric-sql/pglite';
import { lockFolder } from './folder-lock.ts';

interface Answer {
  readonly rows: unknown[];
  readonly rowCount: number;
  readonly command: string;
}
type Statement = string | { readonly text: string; readonly values?: unknown[] };

const ending = /^(?:commit|rollback|end)\b(?!\s+to)/i;
const beginning = /^(?:begin|start transaction)\b/i;
const listening = /^(un)?listen\s+"?([^";\s]+)"?/i;

/** BullMQ puts SQL comments before its scripts. */
const bare = (text: string): string => text.replace(/^(?:\s*--[^\n]*\n)+/, '').trimStart();

const storable = (value: unknown): unknown =>
  value !== null &&
  typeof value === 'object' &&
  !ArrayBuffer.isView(value) &&
  !(value instanceof Date) &&
  !Array.isArray(value)
    ? JSON.stringify(value)
    : value;

/**
 * A pool over one in-process PGlite. There is one session: whoever begins a transaction has it until the end, everybody
 * else waits. So no session state may be relied upon: no advisory session locks, no named statements, no `set`.
 */
export class EmbeddedPool extends EventEmitter {
  readonly options = { keepAlive: true };
  readonly #database: PGlite;
  readonly #lock: Disposable;
  #last: Promise<void> = Promise.resolve();

  private constructor(database: PGlite, lock: Disposable) {
    super();
    this.#database = database;
    this.#lock = lock;
    this.setMaxListeners(0);
  }

  /** Opens the folder, which this process must be the only one to use. Takes about 0.3 s, or 2.5 s for a new folder. */
  static async open(folder: string): Promise<EmbeddedPool> {
    const lock = lockFolder(folder);
    try {
      return new EmbeddedPool(await PGlite.create(`${folder}/pglite`), lock);
    } catch (error) {
      lock[Symbol.dispose]();
      throw new Error(`opening the embedded database in ${folder}`, { cause: error });
    }
  }

  /** Waits for the session; the answer gives it back. */
  async #turn(): Promise<() => void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const before = this.#last;
    this.#last = promise;
    await before;
    return resolve;
  }

  async #run(statement: Statement, params?: unknown[]): Promise<Answer> {
    const text = typeof statement === 'string' ? statement : statement.text;
    const values = typeof statement === 'string' ? params : statement.values;
    const command = (/^\w+/.exec(bare(text))?.[0] ?? '').toUpperCase();
    const result =
      values !== undefined && values.length > 0
        ? await this.#database.query(text, values.map(storable))
        : (await this.#database.exec(text)).at(-1);
    const rows = result?.rows ?? [];
    return { rows, rowCount: result?.affectedRows || rows.length, command };
  }

  async query(statement: Statement, params?: unknown[]): Promise<Answer> {
    // WebAssembly answers within the same turn of the event loop; without this, timers starve under load.
    await new Promise((resolve) => setImmediate(resolve));
    const done = await this.#turn();
    try {
      return await this.#run(statement, params);
    } finally {
      done();
    }
  }

  async connect(): Promise<EmbeddedClient> {
    return new EmbeddedClient(this, {
      turn: () => this.#turn(),
      run: (statement, params) => this.#run(statement, params),
      listen: (channel, heard) => this.#database.listen(channel, heard),
    });
  }

  async end(): Promise<void> {
    if (this.#database.closed) return;
    const done = await this.#turn();
    await this.#database.close();
    this.#lock[Symbol.dispose]();
    done();
  }
}

interface Session {
  turn(): Promise<() => void>;
  run(statement: Statement, params?: unknown[]): Promise<Answer>;
  listen(channel: string, heard: (payload: string) => void): Promise<() => Promise<void>>;
}

/** One borrower of the session. */
class EmbeddedClient extends EventEmitter {
  readonly #pool: EmbeddedPool;
  readonly #session: Session;
  readonly #channels = new Map<string, () => Promise<void>>();
  #held: (() => void) | null = null;

  constructor(pool: EmbeddedPool, session: Session) {
    super();
    this.#pool = pool;
    this.#session = session;
  }

  async query(statement: Statement, params?: unknown[]): Promise<Answer> {
    const text = bare(typeof statement === 'string' ? statement : statement.text);
    const channel = listening.exec(text);
    if (channel !== null) return this.#listen(channel[1] !== undefined, channel[2] ?? '');
    if (this.#held === null && !beginning.test(text)) return this.#pool.query(statement, params);
    this.#held ??= await this.#session.turn();
    try {
      return await this.#session.run(statement, params);
    } finally {
      if (ending.test(text)) this.#giveBack();
    }
  }

  release(): void {
    for (const stop of this.#channels.values()) void stop();
    this.#channels.clear();
    if (this.#held === null) return;
    void this.#session.run('rollback').finally(() => this.#giveBack());
  }

  #giveBack(): void {
    const held = this.#held;
    this.#held = null;
    held?.();
  }

  async #listen(stop: boolean, channel: string): Promise<Answer> {
    if (stop) {
      await this.#channels.get(channel)?.();
      this.#channels.delete(channel);
    } else if (!this.#channels.has(channel)) {
      this.#channels.set(
        channel,
        await this.#session.listen(channel, (payload) => this.emit('notification', { channel, payload })),
      );
    }
    return { rows: [], rowCount: 0, command: 'LISTEN' };
  }
}
