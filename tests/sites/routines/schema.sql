-- Overloads, procedures, aggregates, trigger functions, every mode of argument.
CREATE TABLE public.account (id integer PRIMARY KEY, balance numeric DEFAULT 0 NOT NULL, changed timestamptz);

CREATE FUNCTION public.total() RETURNS numeric LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT sum(balance) FROM public.account;
    END;
CREATE FUNCTION public.total(least numeric) RETURNS numeric LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (SELECT sum(balance) FROM public.account WHERE balance >= least);
CREATE FUNCTION public.total(least numeric, VARIADIC ids integer[] DEFAULT '{}'::integer[]) RETURNS numeric
    LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path TO '' AS $_$
DECLARE
    found numeric;
BEGIN
    -- Dollar quotes inside: $1, and ``` backticks.
    EXECUTE 'SELECT sum(balance) FROM public.account WHERE balance >= $1' INTO found USING least;
    RETURN found;
END;
$_$;
COMMENT ON FUNCTION public.total(numeric) IS 'Only accounts that are rich enough.';

CREATE FUNCTION public.page(after integer DEFAULT NULL, OUT id integer, INOUT size integer DEFAULT 10)
    RETURNS SETOF record LANGUAGE sql IMMUTABLE LEAKPROOF AS 'SELECT after, size';
CREATE FUNCTION public.rich() RETURNS TABLE(id integer, balance numeric) LANGUAGE sql
    AS $$SELECT id, balance FROM public.account WHERE balance > public.total()$$;

CREATE PROCEDURE public.transfer(source integer, target integer, amount numeric) LANGUAGE plpgsql AS $$
BEGIN
    UPDATE public.account SET balance = balance - amount WHERE id = source;
    UPDATE public.account SET balance = balance + amount WHERE id = target;
    COMMIT;
END
$$;
REVOKE ALL ON PROCEDURE public.transfer(integer, integer, numeric) FROM PUBLIC;
GRANT EXECUTE ON PROCEDURE public.transfer(integer, integer, numeric) TO clerk, manager;

CREATE AGGREGATE public.product(numeric) (SFUNC = numeric_mul, STYPE = numeric, INITCOND = '1');
COMMENT ON AGGREGATE public.product(numeric) IS 'Multiplies.';

CREATE FUNCTION public.stamp() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.changed := now(); RETURN NEW; END$$;
COMMENT ON FUNCTION public.stamp() IS 'Trigger function: notes when.';
CREATE TRIGGER stamp BEFORE INSERT OR UPDATE OF balance ON public.account
    FOR EACH ROW WHEN ((new.balance <> 0)) EXECUTE FUNCTION public.stamp('a', 'b|c');
CREATE CONSTRAINT TRIGGER later AFTER DELETE ON public.account DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION public.stamp();
ALTER TABLE public.account DISABLE TRIGGER later;
CREATE FUNCTION public.crash(text) RETURNS void LANGUAGE c AS '$libdir/crash', 'crash_now';
CREATE TRIGGER counted AFTER UPDATE ON public.account REFERENCING OLD TABLE AS was NEW TABLE AS is_now
    FOR EACH STATEMENT EXECUTE FUNCTION public.stamp();
