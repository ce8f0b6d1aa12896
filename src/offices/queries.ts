import type { Queryable } from '../db/database.ts';
import type { NewOffice, Office } from './types.ts';

// An office without a code is known by its name. The later entry of the same office corrects the earlier one.
const STORE = `
  with given as (
    select * from unnest(:kinds::text[], :codes::text[], :types::text[], :names::text[], :shortNames::text[],
                         :listLabels::text[], :areaNos::int[], :provinces::text[], :regions::text[],
                         :listOrders::int[], :validFroms::int[], :validTos::int[]) with ordinality
           as g (kind, code, type, name, short_name, list_label, area_no, province, region,
                 list_order, valid_from_fy, valid_to_fy, position)
  ), known as (
    update offices o
       set type = g.type, name = g.name, short_name = g.short_name, list_label = g.list_label,
           area_no = g.area_no, province = g.province, region = g.region, list_order = g.list_order,
           valid_from_fy = g.valid_from_fy, valid_to_fy = g.valid_to_fy
      from given g
     where o.kind = g.kind and (o.code = g.code or (o.code is null and g.code is null and o.name = g.name))
    returning g.position
  )
  insert into offices (kind, code, type, name, short_name, list_label, area_no, province, region, list_order,
                       valid_from_fy, valid_to_fy)
  select kind, code, type, name, short_name, list_label, area_no, province, region, list_order,
         valid_from_fy, valid_to_fy
    from given where position not in (select position from known)
   order by position`;

/** Enters offices into the registry, or corrects those that it knows, in one statement. */
export async function storeOffices(db: Queryable, offices: readonly NewOffice[]): Promise<void> {
  await db.raw(STORE, {
    kinds: offices.map((office) => office.kind),
    codes: offices.map((office) => office.code),
    types: offices.map((office) => office.type),
    names: offices.map((office) => office.name),
    shortNames: offices.map((office) => office.shortName),
    listLabels: offices.map((office) => office.listLabel),
    areaNos: offices.map((office) => office.areaNo),
    provinces: offices.map((office) => office.province),
    regions: offices.map((office) => office.region),
    listOrders: offices.map((office) => office.listOrder),
    validFroms: offices.map((office) => office.validFrom),
    validTos: offices.map((office) => office.validTo),
  });
}

/** Lets offices take part in a system; those that do already are left alone. */
export async function joinSystem(
  db: Queryable,
  systemId: string,
  officeIds: readonly string[],
): Promise<void> {
  await db.raw(
    `insert into system_offices (system_id, office_id)
     select :systemId, office_id from unnest(:officeIds::bigint[]) as g (office_id)
     on conflict do nothing`,
    { systemId, officeIds },
  );
}

const COLUMNS = `
  o.id, o.kind, o.code, o.type, o.name, o.short_name as "shortName", o.list_label as "listLabel",
  o.area_no as "areaNo", o.province, o.region, o.list_order as "listOrder",
  o.valid_from_fy as "validFrom", o.valid_to_fy as "validTo"`;

const ALL = `select ${COLUMNS} from offices o order by o.kind, o.valid_from_fy, o.list_order, o.id`;

/** The whole registry. */
export async function listOffices(db: Queryable): Promise<Office[]> {
  const { rows } = await db.raw<{ rows: Office[] }>(ALL);
  return rows;
}

const DISTRICTS = `
  select ${COLUMNS}
    from system_offices so join offices o on o.id = so.office_id
   where so.system_id = :systemId and o.kind = 'district'
     and o.valid_from_fy <= :fiscalYear and (o.valid_to_fy is null or o.valid_to_fy >= :fiscalYear)
   order by o.list_order, o.id`;

/**
 * The district offices of a system that exist in a fiscal year, in the order of the official list: provinces
 * alphabetically, then area numbers, secondary areas last (manual KRS 2559, R121).
 */
export async function listDistricts(db: Queryable, systemId: string, fiscalYear: number): Promise<Office[]> {
  const { rows } = await db.raw<{ rows: Office[] }>(DISTRICTS, { systemId, fiscalYear });
  return rows;
}

const BUREAUS = `
  select ${COLUMNS}
    from system_offices so join offices o on o.id = so.office_id
   where so.system_id = ? and o.kind in ('bureau', 'kpi_office')
   order by o.list_order, o.id`;

/** The bureaus of a system, the KPI office among them. */
export async function listBureaus(db: Queryable, systemId: string): Promise<Office[]> {
  const { rows } = await db.raw<{ rows: Office[] }>(BUREAUS, [systemId]);
  return rows;
}

const PARTICIPANTS = `
  select distinct office_id as id from system_offices
   where :systemId::bigint is null or system_id = :systemId
   order by office_id`;

/** The ids of the offices that take part in a system, or (null) in any. */
export async function listParticipants(db: Queryable, systemId: string | null): Promise<string[]> {
  const { rows } = await db.raw<{ rows: { id: string }[] }>(PARTICIPANTS, { systemId });
  return rows.map(({ id }) => id);
}
