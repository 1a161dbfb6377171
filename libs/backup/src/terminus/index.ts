export { BackupHealthIndicator } from './backup-health.indicator.js';
