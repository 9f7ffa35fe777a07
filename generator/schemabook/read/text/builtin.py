"""What PostgreSQL brings along: the types of pg_catalog, as `pg_type` of PostgreSQL 18 has them, and more."""

from __future__ import annotations

TYPES = frozenset(
    """
    aclitem any anyarray anycompatible anycompatiblearray anycompatiblemultirange anycompatiblenonarray
    anycompatiblerange anyelement anyenum anymultirange anynonarray anyrange bit bool box bpchar bytea
    char cid cidr circle cstring date datemultirange daterange event_trigger fdw_handler float4 float8
    gtsvector index_am_handler inet int2 int2vector int4 int4multirange int4range int8 int8multirange
    int8range internal interval json jsonb jsonpath language_handler line lseg macaddr macaddr8 money name
    numeric nummultirange numrange oid oidvector path pg_brin_bloom_summary pg_brin_minmax_multi_summary
    pg_ddl_command pg_dependencies pg_lsn pg_mcv_list pg_ndistinct pg_node_tree pg_snapshot point polygon
    record refcursor regclass regcollation regconfig regdictionary regnamespace regoper regoperator
    regproc regprocedure regrole regtype table_am_handler text tid time timestamp timestamptz timetz
    trigger tsm_handler tsmultirange tsquery tsrange tstzmultirange tstzrange tsvector txid_snapshot
    unknown uuid varbit varchar void xid xid8 xml
    """.split()
)

SPELLINGS = {
    "bool": "boolean",
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "float4": "real",
    "float8": "double precision",
    "varchar": "character varying",
    "varbit": "bit varying",
    "timestamp": "timestamp without time zone",
    "timestamptz": "timestamp with time zone",
    "time": "time without time zone",
    "timetz": "time with time zone",
}
"""How `format_type` spells a type whose catalog name differs from its SQL name."""

TRIGGER_FUNCTIONS = frozenset(
    """
    suppress_redundant_updates_trigger tsvector_update_trigger tsvector_update_trigger_column
    unique_key_recheck
    """.split()
)
"""The functions of pg_catalog that triggers call."""

DEFAULT_OPERATOR_CLASSES = {
    method: frozenset(f"{name}_ops" for name in names.split())
    for method, names in {
        "brin": """
            bit_minmax box_inclusion bpchar_minmax bytea_minmax char_minmax date_minmax float4_minmax
            float8_minmax inet_inclusion int2_minmax int4_minmax int8_minmax interval_minmax macaddr8_minmax
            macaddr_minmax name_minmax numeric_minmax oid_minmax pg_lsn_minmax range_inclusion text_minmax
            tid_minmax time_minmax timestamp_minmax timestamptz_minmax timetz_minmax uuid_minmax varbit_minmax
            """,
        "btree": """
            array bit bool bpchar bytea char date enum float4 float8 inet int2 int4 int8 interval jsonb
            macaddr8 macaddr money multirange name numeric oid oidvector pg_lsn range record text tid time
            timestamp timestamptz timetz tsquery tsvector uuid varbit xid8
            """,
        "gin": "array jsonb tsvector",
        "gist": "box circle multirange point poly range tsquery tsvector",
        "hash": """
            aclitem array bool bpchar bytea char cid date enum float4 float8 inet int2 int4 int8 interval
            jsonb macaddr8 macaddr money multirange name numeric oid oidvector pg_lsn range record text tid
            time timestamp timestamptz timetz uuid xid8 xid
            """,
        "spgist": "box inet poly quad_point range text",
    }.items()
}
"""The operator classes that go without saying, by access method; `pg_opclass.opcdefault`."""

OPERATOR_CLASSES = frozenset(
    """
    bit_bloom_ops bpchar_bloom_ops bpchar_pattern_ops bytea_bloom_ops char_bloom_ops cidr_ops date_bloom_ops
    date_minmax_multi_ops float4_bloom_ops float4_minmax_multi_ops float8_bloom_ops float8_minmax_multi_ops
    inet_bloom_ops inet_minmax_multi_ops inet_minmax_ops inet_ops int2_bloom_ops int2_minmax_multi_ops
    int4_bloom_ops int4_minmax_multi_ops int8_bloom_ops int8_minmax_multi_ops interval_bloom_ops
    interval_minmax_multi_ops jsonb_path_ops kd_point_ops macaddr8_bloom_ops macaddr8_minmax_multi_ops
    macaddr_bloom_ops macaddr_minmax_multi_ops name_bloom_ops numeric_bloom_ops numeric_minmax_multi_ops
    oid_bloom_ops oid_minmax_multi_ops pg_lsn_bloom_ops pg_lsn_minmax_multi_ops record_image_ops
    text_bloom_ops
    text_pattern_ops tid_bloom_ops tid_minmax_multi_ops time_bloom_ops time_minmax_multi_ops
    timestamp_bloom_ops timestamp_minmax_multi_ops timestamptz_bloom_ops timestamptz_minmax_multi_ops
    timetz_bloom_ops timetz_minmax_multi_ops uuid_bloom_ops uuid_minmax_multi_ops varchar_ops
    varchar_pattern_ops
    """.split()
)
"""The other operator classes of pg_catalog."""

BROUGHT_BY = {
    name: extension
    for extension, names in {
        "citext": "citext",
        "cube": "cube gist_cube_ops",
        "h3": "h3index",
        "hstore": "hstore gin_hstore_ops gist_hstore_ops",
        "intarray": "query_int gist__int_ops gist__intbig_ops gin__int_ops",
        "isn": "ean13 isbn isbn13 ismn ismn13 issn issn13 upc",
        "ltree": "ltree lquery ltxtquery gist_ltree_ops gist__ltree_ops",
        "pg_trgm": "gtrgm gin_trgm_ops gist_trgm_ops",
        "postgis": """
            geometry geography box2d box3d geometry_dump gist_geometry_ops_2d gist_geometry_ops_nd
            gist_geography_ops brin_geometry_inclusion_ops_2d spgist_geometry_ops_2d
            """,
        "postgis_raster": "raster",
        "seg": "seg gist_seg_ops",
        "vector": """
            vector halfvec sparsevec vector_ops vector_l2_ops vector_ip_ops vector_cosine_ops vector_l1_ops
            halfvec_l2_ops halfvec_ip_ops halfvec_cosine_ops halfvec_l1_ops sparsevec_l2_ops sparsevec_ip_ops
            sparsevec_cosine_ops bit_hamming_ops bit_jaccard_ops
            """,
    }.items()
    for name in names.split()
}
"""Types and operator classes that extensions bring, by name: a dump does not say where they come from."""
