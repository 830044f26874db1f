import { testFaults } from './faults.ts';
import { EXCHANGES } from './faulty/exchanges.ts';

await testFaults(EXCHANGES);
