export { BackupMetrics } from './backup-metrics.js';
