// Times bpmn-moddle and bpmn-js-differ on files named on standard input, in one warm process.
// In: {"rounds": n, "files": [path], "pairs": [[path, path]]}. Out: {"read": [ms|null], "diff": [ms|null]}.
import { readFileSync } from 'node:fs';
import { BpmnModdle } from 'bpmn-moddle';
import { diff } from 'bpmn-js-differ';

const job = JSON.parse(readFileSync(0, 'utf8'));
const texts = new Map();
const text = (path) => {
  if (!texts.has(path)) texts.set(path, readFileSync(path, 'utf8'));
  return texts.get(path);
};
const parse = (xml) => new BpmnModdle().fromXML(xml);
const compare = async (one, other) => {
  const [a, b] = [await parse(one), await parse(other)];
  return diff(a.rootElement, b.rootElement);
};

async function fastest(run) {
  let best = null;
  for (let round = 0; round < job.rounds; round++) {
    const start = process.hrtime.bigint();
    try {
      await run();
    } catch {
      return null;
    }
    const took = Number(process.hrtime.bigint() - start) / 1e6;
    if (best === null || took < best) best = took;
  }
  return best;
}

// Warm up on everything once, so that the compiler has seen all paths.
for (const path of job.files.slice(0, 200)) await parse(text(path)).catch(() => null);
for (const [one, other] of job.pairs.slice(0, 100)) await compare(text(one), text(other)).catch(() => null);

const result = { read: [], diff: [] };
for (const path of job.files) result.read.push(await fastest(() => parse(text(path))));
for (const [one, other] of job.pairs) result.diff.push(await fastest(() => compare(text(one), text(other))));
process.stdout.write(JSON.stringify(result));
