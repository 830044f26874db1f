import { testFaults } from './faults.ts';
import { ADDING } from './faulty/adding.ts';

await testFaults(ADDING, true);
