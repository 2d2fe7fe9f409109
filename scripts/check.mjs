/** Everything that can be checked without a server, in one go: each part with its time, and all that is wrong at once. */
import { spawn } from 'node:child_process';

/** Runs one script of package.json, by Node itself because npm would take longer than most parts; true if all is well. */
async function check(part) {
  const started = Date.now();
  const child = spawn('node', ['--run', part], { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(chunk));
  const code = await new Promise((resolve) => child.on('close', resolve));
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${part} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  if (code !== 0 || part.startsWith('test')) console.log(Buffer.concat(output).toString().trimEnd());
  return code === 0 ? [] : [part];
}

// The tests come last and alone: some of them watch the time.
const failed = [
  ...(await Promise.all(['typecheck', 'lint', 'format:check', 'deadcode'].map(check))),
  await check('test:plain'),
].flat();

if (failed.length > 0) {
  console.log(`\nThe check failed at ${failed.join(', ')}. To run one part alone: npm run ${failed[0]}`);
  process.exitCode = 1;
}
