// For scripts/check.js: tells of a failure when it happens, as the whole run takes long; counts tests; lists the skipped ones with their
// reasons and the slowest files.
import { writeFileSync } from 'node:fs';
import process from 'node:process';

const slowest = 12;

class SummaryReporter {
  onTestCaseResult(test) {
    const { state, errors } = test.result();
    if (state !== 'failed') return;
    const told = (errors ?? []).map((error) => error.stack || error.message).join('\n');
    process.stdout.write(`\nFAILED ${test.module.relativeModuleId}: ${test.fullName}\n${told}\n`);
  }

  onTestModuleEnd(module) {
    for (const error of module.errors())
      process.stdout.write(`\nFAILED ${module.relativeModuleId}\n${error.stack || error.message}\n`);
  }

  onTestRunEnd(modules) {
    const totals = { passed: 0, failed: 0, skipped: 0 };
    const reasons = new Map();
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const result = test.result();
        totals[result.state === 'passed' ? 'passed' : result.state === 'skipped' ? 'skipped' : 'failed'] += 1;
        if (result.state === 'skipped') {
          const reason = result.note || 'not run on this machine';
          reasons.set(reason, [...(reasons.get(reason) ?? []), test.fullName]);
        }
      }
    }
    for (const [reason, names] of reasons) {
      process.stdout.write(`\nskipped, ${reason}:\n${names.map((name) => `  ${name}`).join('\n')}\n`);
    }
    const times = modules
      .map((module) => ({ name: module.relativeModuleId, ms: module.diagnostic().duration }))
      .toSorted((one, other) => other.ms - one.ms)
      .slice(0, slowest);
    process.stdout.write(
      `\nslowest:\n${times.map(({ name, ms }) => `  ${(ms / 1000).toFixed(1)} s  ${name}`).join('\n')}\n`,
    );
    const path = process.env.GANTRY_TEST_SUMMARY;
    if (path) writeFileSync(path, JSON.stringify(totals));
  }
}

export default SummaryReporter;
