create function g() returns trigger language plpgsql as 'begin return new; end';
