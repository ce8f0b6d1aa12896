import { readConfig } from './src/config.ts';
import { migrationSource } from './src/db/migrations.ts';

/** For knex's own command line; the program itself migrates when it starts. */
const { databaseUrl } = readConfig();

export default {
  client: 'pg',
  connection: databaseUrl,
  migrations: { migrationSource: migrationSource('./migrations') },
};
