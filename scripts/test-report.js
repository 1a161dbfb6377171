import { readJson } from './json-file.js';

/** Counts of passed and failed checks: `N passed, N failed`. */
export class TestReport {
  passed = 0;
  failed = 0;

  /** @param {boolean} hasPassed */
  addStep(hasPassed) {
    if (hasPassed) this.passed += 1;
    else this.failed += 1;
  }

  /**
   * Adds what Jest reported. A run that crashed, found no test, or failed for a reason outside its tests counts as one
   * failure, and so does every file that could not be loaded.
   *
   * @param {string} reportFile
   * @param {number} exitCode of Jest
   * @returns {boolean} whether all is well
   */
  addJest(reportFile, exitCode) {
    const { passed, failed } = readJestReport(reportFile);
    const isUnexplained = failed === 0 && (exitCode !== 0 || passed === 0);
    this.passed += passed;
    this.failed += isUnexplained ? 1 : failed;
    return failed === 0 && !isUnexplained;
  }

  get summary() {
    return `${this.passed} passed, ${this.failed} failed`;
  }
}

/** @param {string} file */
function readJestReport(file) {
  try {
    const report = /** @type {Record<string, unknown>} */ (readJson(file));
    return {
      passed: Number(report.numPassedTests),
      failed: Number(report.numFailedTests) + Number(report.numRuntimeErrorTestSuites),
    };
  } catch {
    // Jest writes its report at the end: without one it crashed, and its own messages say why.
    return { passed: 0, failed: 0 };
  }
}
