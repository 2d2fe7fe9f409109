/**
 * Turns a worker into a naive one: loaded before `src/main.ts` (`--import`), it puts the algorithm that Vigie does not use in
 * the place of the one that it does. Everything else of the worker stays as it is. A test of the test, and nothing else.
 */
import { registerHooks } from 'node:module';

const replaced = import.meta.resolve('../../../src/kubernetes/run.ts');
const naive = import.meta.resolve('./naive-run.ts');

registerHooks({
  resolve: (specifier, context, next) => {
    const found = next(specifier, context);
    return found.url === replaced && context.parentURL !== naive ? { ...found, url: naive } : found;
  },
});
