SET client_min_messages = warning;
CREATE TABLE items (id int PRIMARY KEY, name text, price numeric);
INSERT INTO items SELECT n, (ARRAY['lamp','chair','kettle','rug','shelf','clock'])[1 + n % 6] || ' ' || n, n * 0.75
  FROM generate_series(1, 400) n;
CREATE TABLE orders (id serial PRIMARY KEY, item int, count int, placed timestamptz DEFAULT now());
-- Time asleep that is spread as real work is: most of it near the median, some much longer.
CREATE FUNCTION work(median float, spread float) RETURNS void LANGUAGE sql VOLATILE AS
  $$ SELECT pg_sleep(median * exp(spread * sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()))) $$;
CREATE FUNCTION item_of(which int) RETURNS TABLE (name text, price numeric) LANGUAGE plpgsql AS
  $$ BEGIN PERFORM work(0.04, 0.5); RETURN QUERY SELECT i.name, i.price FROM items i WHERE i.id = which; END $$;
CREATE FUNCTION search_items(word text) RETURNS TABLE (name text, price numeric) LANGUAGE plpgsql AS
  $$ BEGIN PERFORM work(0.25, 0.6);
  RETURN QUERY SELECT i.name, i.price FROM items i WHERE i.name LIKE word || '%' LIMIT 3; END $$;
CREATE FUNCTION place_order(which int, number int) RETURNS int LANGUAGE plpgsql AS
  $$ DECLARE made int; BEGIN PERFORM work(0.06, 0.5);
  INSERT INTO orders (item, count) VALUES (which, number) RETURNING id INTO made; RETURN made; END $$;
CREATE FUNCTION sales_report(month int) RETURNS TABLE (total numeric) LANGUAGE plpgsql AS
  $$ BEGIN PERFORM work(1.0, 0.3); RETURN QUERY SELECT count(*)::numeric + month FROM orders; END $$;
GRANT ALL ON ALL TABLES IN SCHEMA public TO shop;
GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO shop;
