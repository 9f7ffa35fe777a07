-- In the manner of MusicBrainz: one word is a table, a column of many and the beginning of more tables.
CREATE SCHEMA musicbrainz;
SET search_path = musicbrainz;
CREATE TYPE collected AS ENUM ('artist', 'label', 'release', 'country');
CREATE TYPE "coverArtPresence" AS ENUM ('absent', 'present');
CREATE TABLE area (id integer PRIMARY KEY, gid uuid NOT NULL, name text NOT NULL, last_updated timestamptz);
CREATE TABLE country_area (area integer PRIMARY KEY REFERENCES area);
CREATE TABLE artist_type (id integer PRIMARY KEY, gid uuid NOT NULL, name text NOT NULL, child_order integer);
CREATE TABLE artist (
  id integer PRIMARY KEY, gid uuid NOT NULL, name text NOT NULL, sort_name text NOT NULL, area integer REFERENCES area,
  type integer REFERENCES artist_type, begin_date_year smallint, ended boolean DEFAULT false NOT NULL,
  edits_pending integer DEFAULT 0 CHECK (edits_pending >= 0), last_updated timestamptz
);
COMMENT ON TABLE artist IS 'A person or a group that makes music.';
CREATE TABLE artist_alias (
  id integer PRIMARY KEY, artist integer NOT NULL REFERENCES artist, name text NOT NULL, locale text, sort_name text
);
CREATE TABLE artist_gid_redirect (gid uuid PRIMARY KEY, new_id integer NOT NULL REFERENCES artist, created timestamptz);
CREATE TABLE artist_credit (id integer PRIMARY KEY, name text NOT NULL, created timestamptz);
CREATE TABLE artist_credit_name (
  artist_credit integer REFERENCES artist_credit, position smallint, artist integer NOT NULL REFERENCES artist,
  name text NOT NULL, PRIMARY KEY (artist_credit, position)
);
CREATE TABLE release (
  id integer PRIMARY KEY, gid uuid NOT NULL, name text NOT NULL, artist_credit integer NOT NULL REFERENCES artist_credit,
  barcode text, presence "coverArtPresence"
);
CREATE TABLE release_country (release integer REFERENCES release, country integer REFERENCES country_area,
  PRIMARY KEY (release, country));
CREATE TABLE l_artist_release (id integer PRIMARY KEY, entity0 integer REFERENCES artist, entity1 integer REFERENCES release);
CREATE TABLE editor (id integer PRIMARY KEY, name text NOT NULL, email text, member_since timestamptz);
CREATE TABLE editor_collection (id integer PRIMARY KEY, gid uuid, editor integer REFERENCES editor, kind collected);
CREATE TABLE edit (id integer, editor integer NOT NULL REFERENCES editor, opened timestamptz) PARTITION BY RANGE (id);
CREATE TABLE edit_old PARTITION OF edit FOR VALUES FROM (1) TO (1000);
CREATE VIEW artist_series AS SELECT a.id, a.gid, a.name FROM artist a;
CREATE VIEW release_event AS SELECT release, country FROM release_country;
CREATE FUNCTION artist_lock(artist_id integer) RETURNS boolean LANGUAGE sql AS 'SELECT true FROM musicbrainz.artist';
CREATE FUNCTION updated() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER touched BEFORE UPDATE ON artist FOR EACH ROW EXECUTE FUNCTION updated();
CREATE INDEX artist_idx_area ON artist (area);
CREATE UNIQUE INDEX artist_idx_gid ON artist (gid);
ALTER TABLE editor ENABLE ROW LEVEL SECURITY;
CREATE ROLE reader;
CREATE POLICY own ON editor FOR SELECT TO reader USING (name = current_user);
GRANT SELECT ON editor, artist TO reader;
