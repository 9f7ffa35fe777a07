-- What the expressions and queries beside this file are of.
CREATE SCHEMA o;
CREATE TYPE o.mood AS ENUM ('sad','ok');
CREATE TYPE o.pair AS (a integer, b character varying(10), m o.mood);
CREATE DOMAIN o.email AS text;
CREATE DOMAIN o.cents AS numeric(8,2);
CREATE DOMAIN o.list AS character varying(5)[];
CREATE TYPE o.fr AS RANGE (subtype = double precision);
CREATE TABLE o.t (i2 smallint, i4 integer, i8 bigint, n numeric, n82 numeric(8,2), r real, d double precision, mo money,
 tx text, vc character varying(10), v character varying, ch character(3), nm name, c1 "char", b boolean, da date, ts timestamp without time zone,
 ts3 timestamp(3) without time zone, tz timestamp with time zone, ti time without time zone, tiz time with time zone, iv interval, ivd interval day, by bytea,
 js json, jb jsonb, jp jsonpath, u uuid, x xml, ip inet, ci cidr, mac macaddr, bi bit(3), vb bit varying(5), pt point, bx box, ln line, ls lseg, pa path, pg polygon, cr circle,
 tv tsvector, tq tsquery, i4r int4range, tzr tstzrange, nmr nummultirange, m o.mood, e o.email, ce o.cents, p o.pair, fr o.fr, li o.list,
 ta text[], va character varying(5)[], ia integer[], na numeric(5,1)[], tsa timestamp(3) without time zone[], ja jsonb[], ma o.mood[], pra o.pair[], ea o.email[], oi oid, rc regclass, iv2 int2vector, lsn pg_lsn, x8 xid8);
CREATE TABLE o.s (id integer, i4 bigint, tx character varying(20), w numeric(8,2));
CREATE FUNCTION o.f1(a integer) RETURNS text LANGUAGE sql AS 'select ''''';
CREATE FUNCTION o.f1(a text) RETURNS integer LANGUAGE sql AS 'select 1';
CREATE FUNCTION o.rows(a integer) RETURNS TABLE(k integer, l text) LANGUAGE sql AS 'select 1,''''';
CREATE FUNCTION o.one(a integer) RETURNS TABLE(k integer) LANGUAGE sql AS 'select 1';
CREATE FUNCTION o.outs(a integer, OUT q numeric, OUT z o.mood) LANGUAGE sql AS 'select 1::numeric,''ok''::o.mood';
CREATE FUNCTION o.outp(a anyelement, OUT q anyelement, OUT z anyarray) LANGUAGE sql AS 'select a,array[a]';
CREATE FUNCTION o.sett() RETURNS SETOF o.t LANGUAGE sql AS 'select * from o.t';
CREATE FUNCTION o.pairs() RETURNS SETOF o.pair LANGUAGE sql AS 'select p from o.t';
CREATE FUNCTION o.rec() RETURNS SETOF record LANGUAGE sql AS 'select 1,2';
CREATE FUNCTION o.poly(a anyelement, b anyelement DEFAULT NULL) RETURNS anyarray LANGUAGE sql AS 'select array[a,b]';
CREATE FUNCTION o.vari(VARIADIC a text[]) RETURNS bigint LANGUAGE sql AS 'select 1::bigint';
CREATE FUNCTION o.def(a integer, b text DEFAULT 'x', c date DEFAULT NULL) RETURNS o.email LANGUAGE sql AS 'select ''x''';
CREATE FUNCTION o.full_name(o.s) RETURNS character varying LANGUAGE sql AS 'select ''x''';
CREATE FUNCTION o.padd(o.pair, o.pair) RETURNS o.pair LANGUAGE sql AS 'select $1';
CREATE OPERATOR o.+ (LEFTARG = o.pair, RIGHTARG = o.pair, FUNCTION = o.padd);
CREATE AGGREGATE o.mysum (integer) (SFUNC = int4pl, STYPE = integer);

CREATE TABLE o.d (uuid uuid, client integer, name character varying(20));
CREATE TABLE o.e (uuid uuid, client bigint, x character varying(20));
CREATE SCHEMA o2;
CREATE TABLE o2.t (k integer, l text);
CREATE TABLE o.inh (extra text) INHERITS (o.s);
CREATE SEQUENCE o.seq;
CREATE VIEW o.named (p, q) AS SELECT id, tx, w FROM o.s;
CREATE FUNCTION o.inout(INOUT a integer, INOUT b text) LANGUAGE sql AS 'select 1,''''';
CREATE FUNCTION o.oneout(OUT z numeric) LANGUAGE sql AS 'select 1::numeric';
CREATE FUNCTION o.setoneout(OUT z numeric) RETURNS SETOF numeric LANGUAGE sql AS 'select 1::numeric';
CREATE FUNCTION o.js(a integer) RETURNS jsonb LANGUAGE sql AS 'select ''{}''::jsonb';
CREATE TYPE o.single AS (z integer);
CREATE FUNCTION o.singles() RETURNS SETOF o.single LANGUAGE sql AS 'select row(1)::o.single';
CREATE DOMAIN o.dpair AS o.pair;
CREATE FUNCTION o.dpairs() RETURNS o.dpair LANGUAGE sql AS 'select null::o.dpair';
