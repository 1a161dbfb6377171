import { tokenize } from '../ddl/ddl-tokenizer.js';

/**
 * Functions that some servers have and others do not. Where the words of a body are its author's own, only these are asked
 * about: a table's name may stand before a parenthesis as well.
 *
 * @see https://mariadb.com/kb/en/function-differences-between-mariadb-and-mysql/
 */
const DIFFERING: ReadonlySet<string> = new Set([
  ...['uuid_to_bin', 'bin_to_uuid', 'is_uuid', 'regexp_like', 'any_value', 'grouping', 'random_bytes', 'format_bytes'],
  ...['json_storage_size', 'json_storage_free', 'json_pretty', 'json_schema_valid', 'json_schema_validation_report'],
  ...['json_compact', 'json_detailed', 'json_loose', 'json_query', 'json_exists', 'json_equals', 'json_normalize'],
  ...['json_overlaps', 'json_value', 'json_table', 'json_array_intersect', 'json_object_to_array', 'json_key_value'],
  ...['st_latitude', 'st_longitude', 'st_swapxy', 'st_transform', 'st_geohash', 'st_latfromgeohash', 'st_collect'],
  ...['st_longfromgeohash', 'st_pointfromgeohash', 'st_makeenvelope', 'st_validate', 'st_hausdorffdistance'],
  ...['st_frechetdistance', 'st_lineinterpolatepoint', 'st_lineinterpolatepoints', 'st_pointatdistance'],
  ...['st_boundary', 'st_relate', 'st_pointonsurface', 'st_isring', 'mbrcoveredby', 'mbrcovers'],
  ...['gtid_subset', 'gtid_subtract', 'wait_for_executed_gtid_set', 'source_pos_wait', 'master_pos_wait'],
  ...['binlog_gtid_pos', 'master_gtid_wait', 'ps_current_thread_id', 'ps_thread_id', 'statement_digest'],
  ...['statement_digest_text', 'validate_password_strength', 'icu_version', 'roles_graphml', 'format_pico_time'],
  ...['string_to_vector', 'to_vector', 'vector_to_string', 'from_vector', 'vector_dim', 'distance'],
  ...['vec_distance', 'vec_distance_euclidean', 'vec_distance_cosine', 'vec_fromtext', 'vec_totext'],
  ...['nextval', 'lastval', 'setval', 'column_create', 'column_add', 'column_get', 'column_json', 'column_list'],
  ...['column_check', 'column_exists', 'column_delete', 'decode_oracle', 'nvl', 'nvl2', 'add_months', 'to_char'],
  ...['to_number', 'to_date', 'sformat', 'natural_sort_key', 'kdf', 'encode', 'decode', 'encrypt', 'des_encrypt'],
  ...['des_decrypt', 'old_password', 'password', 'median', 'percentile_cont', 'percentile_disc', 'sys_guid'],
  ...['rownum', 'chr', 'lengthb', 'crc32c', 'uuid_v4', 'uuid_v7', 'trim_oracle', 'pi_oracle', 'lpad_oracle'],
]);

/** Functions that a statement of the server's own words calls, in small letters; some may be words of the grammar. */
export function calledFunctions(ddl: string): string[] {
  const tokens = tokenize(ddl);
  const called = tokens.flatMap(({ kind, text, end }, index) => {
    const next = tokens.at(index + 1);
    const isQualified = index > 0 && tokens[index - 1].text === '.';
    const isCall = kind === 'word' && next?.text === '(' && !isQualified && FUNCTION_NAME.test(text);
    return isCall && next.start >= end ? [text.toLowerCase()] : [];
  });
  return [...new Set(called)];
}

/** Of those that a statement of somebody's own words calls, the ones that are known to be missing on some servers. */
export function differingFunctions(ddl: string): string[] {
  return calledFunctions(ddl).filter((name) => DIFFERING.has(name));
}

const FUNCTION_NAME = /^[a-z][a-z0-9_]*$/i;
