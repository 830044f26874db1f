import { testFaults } from './faults.ts';
import { RESOURCES } from './faulty/resources.ts';

await testFaults(RESOURCES);
