export { storageContract, type StoragePromise, type StorageUnderTest } from './storage-contract.js';
export { openStorageDriver } from './open-storage-driver.js';
