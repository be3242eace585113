// Counts tests and lists the skipped ones with their reasons, for scripts/check.js.
import { writeFileSync } from 'node:fs';
import process from 'node:process';

class SummaryReporter {
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
    const path = process.env.GANTRY_TEST_SUMMARY;
    if (path) writeFileSync(path, JSON.stringify(totals));
  }
}

export default SummaryReporter;
