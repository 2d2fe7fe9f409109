/** Every broken runbook of the fixtures yields exactly the report that stands in its first lines. */
import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lintRunbooks, readRunbook } from '../../../src/config/runbooks/library.ts';
import { printed } from './folders.ts';

const root = join(import.meta.dirname, '../../fixtures/runbooks/broken');
const files = globSync('**/*.yaml', { cwd: root }).toSorted();

/** What the comments at the beginning of a file say of it. */
function expected(path: string): readonly string[] {
  const said = readFileSync(join(root, path), 'utf8').matchAll(/^# expect: (.*)$/gm);
  return [...said].map(([, report = '']) => `${basename(path)}:${/^\d/.test(report) ? '' : ' '}${report}`);
}

describe('a runbook with', () => {
  it('any of the faults is covered here', () => {
    expect(files.length).toBeGreaterThan(100);
  });

  it.each(files.filter((path) => dirname(path) === '.'))('%s', (path) => {
    const { runbook, faults } = readRunbook(path, readFileSync(join(root, path), 'utf8'));
    expect(runbook).toBeNull();
    expect(printed(faults, root)).toEqual(expected(path));
    expect(faults.length).toBeGreaterThan(0);
  });
});

describe('a library with', () => {
  const folders = [...new Set(files.map((path) => dirname(path)))].filter((folder) => folder !== '.');

  it.each(folders)('%s', (folder) => {
    const { faults } = lintRunbooks([join(root, folder)]);
    const report = files.filter((path) => dirname(path) === folder).flatMap(expected);
    expect(printed(faults, join(root, folder))).toEqual(report);
    expect(report.length).toBeGreaterThan(0);
  });
});
