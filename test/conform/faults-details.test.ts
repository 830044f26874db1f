import { testFaults } from './faults.ts';
import { DETAILS } from './faulty/details.ts';

await testFaults(DETAILS);
