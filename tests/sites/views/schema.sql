-- Views, materialized views, and what they read.
CREATE TABLE public.author (id integer PRIMARY KEY, name text NOT NULL);
CREATE TABLE public.book (
    id integer PRIMARY KEY,
    author integer REFERENCES public.author ON DELETE SET NULL,
    title text NOT NULL,
    pages integer
);
CREATE VIEW public.book_with_author AS
 SELECT b.id,
    b.title,
    a.name AS author_name,
    lower(b.title) AS sort_key
   FROM (public.book b
     LEFT JOIN public.author a ON ((a.id = b.author)));
COMMENT ON VIEW public.book_with_author IS 'The catalogue; one line for each book.';
COMMENT ON COLUMN public.book_with_author.sort_key IS 'Lower case, for sorting.';

CREATE VIEW public.long_book WITH (security_invoker='true') AS
 SELECT * FROM public.book WHERE pages > 500 WITH LOCAL CHECK OPTION;
CREATE VIEW public.long_book_title (t) AS SELECT title FROM public.long_book;

CREATE MATERIALIZED VIEW public.pages_by_author AS
 SELECT author, sum(pages) AS pages, count(*) AS books FROM public.book GROUP BY author WITH NO DATA;
CREATE UNIQUE INDEX pages_by_author_author ON public.pages_by_author (author);
COMMENT ON MATERIALIZED VIEW public.pages_by_author IS 'Refreshed at night.';

CREATE FUNCTION public.rename_book() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE public.book SET title = NEW.title WHERE id = OLD.id;
    RETURN NEW;
END
$$;
CREATE TRIGGER rename INSTEAD OF UPDATE ON public.book_with_author FOR EACH ROW EXECUTE FUNCTION public.rename_book();
GRANT SELECT ON public.book_with_author TO PUBLIC;
