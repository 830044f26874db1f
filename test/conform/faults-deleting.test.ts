import { testFaults } from './faults.ts';
import { DELETING } from './faulty/deleting.ts';

await testFaults(DELETING, true);
