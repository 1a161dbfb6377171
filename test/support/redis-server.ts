export { startRedis, type ThrowawayRedis } from '../../scripts/throwaway-redis.js';
