"""What extensions bring, by name: no dump says it, nor into which schema.

Read off a server with PostgreSQL's own extensions and pgvector, without what only operators call; those of
other well-known extensions are from their manuals.
"""

from __future__ import annotations

RELATIONS = frozenset(
    """
    geography_columns geometry_columns hypopg_hidden_indexes hypopg_list_indexes part_config
    part_config_sub pg_buffercache pg_buffercache_numa pg_stat_kcache pg_stat_monitor pg_stat_statements
    pg_stat_statements_info raster_columns raster_overviews spatial_ref_sys tap_funky us_gaz us_lex
    us_rules wrappers_fdw_stats
    """.split()
)
"""Tables and views."""

ROUTINES = frozenset(
    """
    _int_contained _int_contains _int_different _int_inter _int_overlap _int_same _int_union
    add_compression_policy add_continuous_aggregate_policy add_retention_policy addgeometrycolumn akeys
    algorithm_sign armor array_to_halfvec array_to_sparsevec array_to_vector autoinc autoprewarm_dump_now
    autoprewarm_start_worker avals binary_quantize boolop box2d box3d brin_metapage_info brin_page_items
    brin_page_type brin_revmap_data bytea_to_text cash_dist check_foreign_key check_primary_key citext
    citext_hash citext_hash_extended citext_larger citext_smaller citextout citextsend connectby
    cosine_distance create_hypertable crosstab crosstab2 crosstab3 crosstab4 crypt cube cube_contained
    cube_contains cube_coord cube_coord_llur cube_dim cube_distance cube_enlarge cube_inter cube_is_point
    cube_ll_coord cube_overlap cube_send cube_size cube_subset cube_union cube_ur_coord daitch_mokotoff
    date_dist dblink dblink_build_sql_delete dblink_build_sql_insert dblink_build_sql_update
    dblink_cancel_query dblink_close dblink_connect dblink_connect_u dblink_current_query
    dblink_disconnect dblink_error_message dblink_exec dblink_fetch dblink_get_connections
    dblink_get_notify dblink_get_pkey dblink_get_result dblink_is_busy dblink_open dblink_send_query
    dearmor decrypt decrypt_iv defined delete difference digest distance_chebyshev distance_taxicab
    dmetaphone dmetaphone_alt dropgeometrycolumn each earth earth_box earth_distance encrypt encrypt_iv
    exist exists_all exists_any fetchval find_srid finish fips_mode first float4_dist float8_dist
    fsm_page_contents gc_to_sec gen_random_bytes gen_random_uuid gen_salt geo_distance geography geometry
    geometrytype get_raw_page getproj4 gettransactionid gin_index_check gin_leafpage_items
    gin_metapage_info gin_page_opaque_info gist_page_items gist_page_items_bytea gist_page_opaque_info
    gist_translate_cmptype_btree h3_cell_to_boundary h3_cell_to_lat_lng h3_cell_to_latlng
    h3_cell_to_parent h3_grid_disk h3_lat_lng_to_cell h3_latlng_to_cell halfvec halfvec_add halfvec_avg
    halfvec_combine halfvec_concat halfvec_l2_squared_distance halfvec_mul halfvec_negative_inner_product
    halfvec_send halfvec_spherical_distance halfvec_sub halfvec_to_float4 halfvec_to_sparsevec
    halfvec_to_vector halfvec_typmod_in hamming_distance has_column has_table hash_decode hash_encode
    heap_force_freeze heap_force_kill heap_page_item_attrs heap_page_items heap_tuple_infomask_flags
    histogram hmac hstore hstore_hash hstore_hash_extended hstore_send hstore_to_array hstore_to_json
    hstore_to_json_loose hstore_to_jsonb hstore_to_jsonb_loose hstore_to_matrix hstore_version_diag http
    http_delete http_get http_head http_header http_list_curlopt http_patch http_post http_put
    http_reset_curlopt http_set_curlopt hypopg hypopg_create_index hypopg_reset icount id_decode
    id_decode_once id_encode idx index index_advisor inner_product insert_username int2_dist int4_dist
    int8_dist int_array_aggregate int_array_enum intarray_del_elem intarray_push_array intarray_push_elem
    interpolate interval_dist intset intset_subtract intset_union_elem is_empty is_valid isbn isbn13
    isdefined isexists ismn ismn13 isn_weak isneq isnge isngt isnle isnlt isnne issn issn13
    jaccard_distance json_matches_schema jsonb_matches_schema jsonschema_is_valid
    jsonschema_validation_errors l1_distance l2_distance l2_norm l2_normalize last latitude lca
    levenshtein levenshtein_less_equal lives_ok ll_to_earth lo_manage lo_oid locf longitude
    longtransactionsenabled lquery_send lt_q_regex lt_q_rregex ltq_regex ltq_rregex ltree2text
    ltree_addltree ltree_addtext ltree_isparent ltree_risparent ltree_send ltree_textadd ltxtq_exec
    ltxtq_rexec ltxtq_send make_valid max metaphone min moddatetime nlevel no_plan normal_rand oid_dist
    page_checksum page_header pg_buffercache_evict pg_buffercache_evict_all pg_buffercache_evict_relation
    pg_buffercache_numa_pages pg_buffercache_pages pg_buffercache_summary pg_buffercache_usage_counts
    pg_check_frozen pg_check_visible pg_freespace pg_get_logical_snapshot_info
    pg_get_logical_snapshot_meta pg_get_wal_block_info pg_get_wal_record_info pg_get_wal_records_info
    pg_get_wal_stats pg_prewarm pg_relpages pg_stat_statements pg_stat_statements_info
    pg_stat_statements_reset pg_truncate_visibility_map pg_visibility pg_visibility_map
    pg_visibility_map_summary pgp_armor_headers pgp_key_id pgp_pub_decrypt pgp_pub_decrypt_bytea
    pgp_pub_encrypt pgp_pub_encrypt_bytea pgp_sym_decrypt pgp_sym_decrypt_bytea pgp_sym_encrypt
    pgp_sym_encrypt_bytea pgrowlocks pgstatginindex pgstathashindex pgstatindex pgstattuple
    pgstattuple_approx plan populate_geometry_columns populate_record postgis_full_version
    postgis_version postgres_fdw_disconnect postgres_fdw_disconnect_all postgres_fdw_get_connections
    querytree rboolop regexp_match regexp_matches regexp_replace regexp_split_to_array
    regexp_split_to_table replace sec_to_gc seg_center seg_contained seg_contains seg_different seg_inter
    seg_left seg_lower seg_over_left seg_over_right seg_overlap seg_right seg_same seg_size seg_union
    seg_upper set_limit show_limit show_trgm sign similarity similarity_dist similarity_op skeys slice
    slice_array sort sort_asc sort_desc soundex sparsevec sparsevec_l2_squared_distance
    sparsevec_negative_inner_product sparsevec_send sparsevec_to_halfvec sparsevec_to_vector
    sparsevec_typmod_in split_part strict_word_similarity strict_word_similarity_commutator_op
    strict_word_similarity_dist_commutator_op strict_word_similarity_dist_op strict_word_similarity_op
    strpos subarray subltree subpath subvector svals tconvert text2ltree text_soundex text_to_bytea
    texticlike texticnlike texticregexeq texticregexne throws_ok time_bucket time_bucket_gapfill
    time_dist translate triggered_change_notification try_cast_double ts_dist tstz_dist tuple_data_split
    unaccent uniq upc updategeometrysrid url_decode url_encode urlencode uuid_generate_v1
    uuid_generate_v1mc uuid_generate_v3 uuid_generate_v4 uuid_generate_v5 uuid_generate_v7 uuid_nil
    uuid_ns_dns uuid_ns_oid uuid_ns_url uuid_ns_x500 uuid_timestamp_to_v7 uuid_v7_to_timestamptz vector
    vector_add vector_avg vector_combine vector_concat vector_dims vector_l2_squared_distance vector_mul
    vector_negative_inner_product vector_norm vector_send vector_spherical_distance vector_sub
    vector_to_float4 vector_to_halfvec vector_to_sparsevec vector_typmod_in verify verify_heapam
    word_similarity word_similarity_commutator_op word_similarity_dist_commutator_op
    word_similarity_dist_op word_similarity_op xml_encode_special_chars xml_valid xpath_bool xpath_list
    xpath_nodeset xpath_number xpath_string xpath_table xslt_process
    """.split()
)
"""Functions that users call."""

PREFIXES = ("st_", "_st_", "postgis_")
"""How the names of PostGIS begin."""
