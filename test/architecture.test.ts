/** The rules of docs/architecture.md that a program can check, over the sources as they are. Sizes and cycles are the linter's. */
import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importsOf } from './servers/availability.ts';

const root = resolve(import.meta.dirname, '..');
const pure = ['incident', 'runbook', 'action', 'escalation', 'access'];

/** What each room of src may import besides itself. The files in src itself wire the rooms and import anything. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(pure.map((room) => [room, pure])),
  config: pure,
  store: pure,
  queue: [...pure, 'store'],
  alertmanager: pure,
  slack: pure,
  kubernetes: pure,
  pagerduty: pure,
  checks: pure,
  ops: [...pure, 'store'],
  simulate: [...pure, 'config'],
};

/** Words that say nothing about what a thing is. */
const empty = new Set('manager helper helpers util utils utility utilities handler handlers common misc'.split(' '));

interface Source {
  /** Path from the project's root. */
  readonly path: string;
  readonly text: string;
}

interface Exported {
  readonly kind: string;
  readonly name: string;
  /** Its declaration's line, counted from 0. */
  readonly line: number;
}

function read(pattern: string): readonly Source[] {
  const paths = globSync(pattern, { cwd: root, exclude: ['node_modules/**', '.git/**', '.vigie/**', 'coverage/**'] });
  return paths.toSorted().map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

const code = read('{src,sandbox,bench,test}/**/*.ts');

/** Every module that a source imports or re-exports, as written. */
function specifiers({ text }: Source): readonly string[] {
  const found = text.matchAll(
    /^(?:import|export)\b[^;'"]*?\bfrom\s+'([^']+)'|^import\s+'([^']+)'|\bimport\(\s*'([^']+)'/gm,
  );
  return [...found].map(([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? '');
}

/** Where an import leads: a path from the project's root, or the package's name as it is. */
function target({ path }: Source, specifier: string): string {
  return specifier.startsWith('.') ? relative(root, resolve(root, dirname(path), specifier)) : specifier;
}

/** Folders that tie rooms together, as the files of src itself do. */
const between = ['commands', 'wiring'];

/** `src/slack/views/card.ts` is in `slack`; `src/app.ts` is in no room. */
function roomOf(path: string): string | undefined {
  const [top, room = '', ...inside] = path.split('/');
  return top === 'src' && inside.length > 0 && !between.includes(room) ? room : undefined;
}

/** Says what is wrong with one import of a source under src, or nothing. */
function importFault(source: Source, specifier: string): string | undefined {
  const to = target(source, specifier);
  const room = roomOf(source.path);
  const says = `${source.path} imports '${specifier}'`;
  if (!specifier.startsWith('.')) {
    if (room === undefined || !pure.includes(room)) return undefined;
    return `${says}, but ${room} is a pure room: let the room that calls it do this, and take the result as an argument`;
  }
  // Its own name and version, which travel with it.
  if (to === 'package.json') return undefined;
  if (!to.startsWith('src/')) return `${says}, but src stands alone: move what both need into src`;
  const other = roomOf(to);
  if (room === undefined || other === room) return undefined;
  if (other === undefined) return `${says}, but only files in src itself import those: let src/app.ts hand it in`;
  if (allowed[room]?.includes(other)) return undefined;
  return `${says}, but ${room} may import only ${allowed[room]?.join(', ')}: let src/app.ts hand it in as an argument`;
}

/** Every declaration that a source exports; lists (`export { … }`) are named where they are declared. */
function exported({ text }: Source): readonly Exported[] {
  return text.split('\n').flatMap((line, index) => {
    const [, kind, name] =
      /^export (?:default )?(?:declare )?(?:abstract )?(?:async )?(function\*?|const|let|class|interface|type) (\w+)/.exec(
        line,
      ) ?? [];
    return kind === undefined || name === undefined ? [] : [{ kind, name, line: index }];
  });
}

/** True if a doc comment ends right above it (or its first overload). The type of a constant's values stands below it. */
function isDocumented({ text }: Source, { name, line }: Exported): boolean {
  const lines = text.split('\n');
  if (/\(typeof \w+\)\[number\];$/.test(lines[line] ?? '')) return true;
  const overload = new RegExp(`^export .*function ${name}\\b`);
  let above = line - 1;
  while (overload.test(lines[above] ?? '')) above -= 1;
  return (lines[above] ?? '').trimEnd().endsWith('*/');
}

function words(name: string): readonly string[] {
  return name
    .replaceAll(/([a-z0-9])(?=[A-Z])|([A-Z])(?=[A-Z][a-z])/g, '$1$2 ')
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.toLowerCase());
}

/** The empty word in a name, if it has one. `Service` alone is what the people who use Vigie run; a `…Service` is not. */
function emptyWord(name: string, isType: boolean): string | undefined {
  const parts = words(name);
  const isServiceClass = isType && parts.length > 1 && parts.at(-1) === 'service';
  // Kubernetes' own words: what wrote a field is its field manager.
  if (/^(?:fieldManager|managedFields)/.test(name)) return undefined;
  return parts.find((word) => empty.has(word)) ?? (isServiceClass ? 'service' : undefined);
}

describe('the rooms of src', () => {
  it('are those that the import rule knows', () => {
    const rooms = new Set(code.map(({ path }) => roomOf(path)).filter((room) => room !== undefined));
    const unknown = [...rooms].filter((room) => !(room in allowed));
    expect(unknown, 'a new room needs a line in `allowed` here and in .oxlintrc.json').toEqual([]);
  });

  it('import only what the import rule allows', () => {
    const sources = code.filter(({ path }) => path.startsWith('src/'));
    const faults = sources.flatMap((source) => specifiers(source).map((specifier) => importFault(source, specifier)));
    expect(faults.filter((fault) => fault !== undefined)).toEqual([]);
  });

  it('that are pure read no clock', () => {
    const sources = code.filter(({ path }) => pure.includes(roomOf(path) ?? ''));
    const faults = sources.filter(({ text }) => /\bnew Date\(\)|\bDate\.now\(/.test(text));
    expect(
      faults.map(({ path }) => path),
      'take the time as an argument',
    ).toEqual([]);
  });
});

describe('the sandbox', () => {
  it('has simulators that do not import from each other', () => {
    const simulator = (path: string): string | undefined => /^sandbox\/(slack|pagerduty|kubernetes)\//.exec(path)?.[1];
    const faults = code.flatMap((source) => {
      const own = simulator(source.path);
      if (own === undefined) return [];
      const others = specifiers(source).filter((each) => ![undefined, own].includes(simulator(target(source, each))));
      return others.map((each) => `${source.path} imports '${each}': move what both need into sandbox itself`);
    });
    expect(faults).toEqual([]);
  });

  it('imports nothing from src: it speaks the wire protocols of the world outside', () => {
    const sources = code.filter(({ path }) => path.startsWith('sandbox/'));
    const faults = sources.flatMap((source) => {
      const inside = specifiers(source).filter((specifier) => target(source, specifier).startsWith('src/'));
      return inside.map((specifier) => `${source.path} imports '${specifier}'`);
    });
    expect(faults).toEqual([]);
  });
});

describe('names', () => {
  it('say what a thing is: no manager, …Service, helper, util, handler, common or misc', () => {
    const faults = code.flatMap((source) => {
      const file = basename(source.path, extname(source.path)).replace(/\.(servers\.|long\.)?test$/, '');
      const bad = emptyWord(file, true);
      const symbols = exported(source).flatMap(({ kind, name, line }) => {
        const word = emptyWord(name, ['class', 'interface', 'type'].includes(kind));
        return word === undefined
          ? []
          : [`${source.path}:${line + 1} exports ${name}: say what it is instead of '${word}'`];
      });
      return bad === undefined
        ? symbols
        : [`${source.path}: name it after the thing or the verb, not '${bad}'`, ...symbols];
    });
    expect(faults).toEqual([]);
  });
});

describe('documentation', () => {
  it('opens every file with a sentence that says what lives there', () => {
    const faults = code.filter(({ text }) => !/^(#!.*\n)?\/\*\*/.test(text));
    expect(
      faults.map(({ path }) => path),
      'begin the file with /** one sentence */',
    ).toEqual([]);
  });

  it('stands above every exported symbol', () => {
    const faults = code.flatMap((source) =>
      exported(source)
        .filter((symbol) => !isDocumented(source, symbol))
        .map(({ name, line }) => `${source.path}:${line + 1} exports ${name} without a doc comment`),
    );
    expect(faults).toEqual([]);
  });
});

describe('every file of the project', () => {
  const texts = read('**/*.{ts,mjs,mts,json,md,yaml,yml,sql,sh,tpl}').concat(
    read('{Dockerfile,.ci/run,.github/**/*.yml}'),
  );

  it('holds no unfinished business', () => {
    const mark = /\b(TOD[O]|FIXM[E])\b/;
    expect(
      texts.filter(({ text }) => mark.test(text)).map(({ path }) => path),
      'do it or leave it out',
    ).toEqual([]);
  });

  it('stands on its own: nothing outside the repository is mentioned', () => {
    const outside = ['..', 'shared'].join('/');
    expect(texts.filter(({ text }) => text.includes(outside)).map(({ path }) => path)).toEqual([]);
  });
});

describe('tests', () => {
  it('are named *.servers.test.ts if and only if they use a real server', () => {
    const faults = code.flatMap(({ path }) => {
      if (!path.endsWith('.test.ts')) return [];
      const imports = [...importsOf(join(root, path))];
      const uses = imports.some((file) =>
        /test\/servers\/(postgres|redis|alertmanager|prometheus|kubectl)\.ts$/.test(file),
      );
      if (uses === path.endsWith('.servers.test.ts')) return [];
      return [uses ? `${path} uses a server: name it *.servers.test.ts` : `${path} uses no server: name it *.test.ts`];
    });
    expect(faults).toEqual([]);
  });
});
