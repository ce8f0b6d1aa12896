import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Knex } from 'knex';

/**
 * Migrations under names without an extension: the same history whether a database was migrated by the
 * TypeScript sources or by the compiled files.
 */
export function migrationSource(folder: string): Knex.MigrationSource<string> {
  return {
    async getMigrations() {
      const files = await readdir(folder);
      return files.filter((file) => /^\d{4}_.*\.(ts|js)$/.test(file)).sort();
    },
    getMigrationName(file) {
      return file.replace(/\.(ts|js)$/, '');
    },
    async getMigration(file) {
      return (await import(pathToFileURL(join(folder, file)).href)) as Knex.Migration;
    },
  };
}
