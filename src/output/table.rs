//! Tables that programs print in columns of blanks: kubectl, docker, ps, df.
//!
//! Owns where a column begins and ends. Three layouts are known: cells with a
//! tab between (helm), cells that start exactly under their title (kubectl,
//! docker), and words counted from the left with the rest in the last column
//! (ps, df, systemctl). What fits none is no table. Knows no title's meaning.

/// Titles and rows; every row has exactly as many cells as there are titles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub titles: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// The cell of `row` under `title`.
    pub fn cell<'a>(&self, row: &'a [String], title: &str) -> Option<&'a str> {
        let column = self.titles.iter().position(|known| known == title)?;
        row.get(column).map(String::as_str)
    }

    /// Whether there is a column of this title.
    pub fn has(&self, title: &str) -> bool {
        self.titles.iter().any(|known| known == title)
    }
}

/// Every table in `text`. Blank lines separate them, as in `kubectl get all`; blocks that are no table are passed by.
pub fn tables(text: &str) -> Vec<Table> {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.split(|line| line.is_empty()).filter_map(table).collect()
}

fn table(lines: &[&str]) -> Option<Table> {
    let (header, rows) = lines.split_first()?;
    by_tabs(header, rows).or_else(|| under_titles(header, rows)).or_else(|| by_words(header, rows))
}

/// A tab between any two cells, and blanks that fill them up. Empty cells at the end of a line may be missing.
fn by_tabs(header: &str, rows: &[&str]) -> Option<Table> {
    let cells = |line: &str| line.split('\t').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let titles = cells(header);
    if titles.len() < 2 || !titles.iter().all(|title| is_title(title)) {
        return None;
    }
    let mut table = Table { titles, rows: Vec::with_capacity(rows.len()) };
    for row in rows {
        let mut row = cells(row);
        if row.len() > table.titles.len() {
            return None;
        }
        row.resize(table.titles.len(), String::new());
        table.rows.push(row);
    }
    Some(table)
}

/// Cells start under their title and end one blank before the next.
fn under_titles(header: &str, rows: &[&str]) -> Option<Table> {
    let header: Vec<char> = header.chars().collect();
    let starts = starts(&header);
    let titles: Vec<String> = starts.iter().zip(ends(&starts)).map(|(start, end)| cell(&header, *start, end)).collect();
    if titles.len() < 2 || !titles.iter().all(|title| is_title(title)) {
        return None;
    }
    let mut table = Table { titles, rows: Vec::with_capacity(rows.len()) };
    for row in rows {
        let row: Vec<char> = row.chars().collect();
        let is_aligned = starts.iter().zip(ends(&starts)).all(|(start, end)| {
            let apart = start.checked_sub(1).and_then(|before| row.get(before)).is_none_or(|c| *c == ' ');
            let begins = row.get(*start).is_some_and(|c| *c != ' ') || cell(&row, *start, end).is_empty();
            apart && begins
        });
        if !is_aligned {
            return None;
        }
        table.rows.push(starts.iter().zip(ends(&starts)).map(|(start, end)| cell(&row, *start, end)).collect());
    }
    Some(table)
}

/// Where titles begin: at the first character, and after two blanks or more.
fn starts(header: &[char]) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut blanks = 2;
    for (position, character) in header.iter().enumerate() {
        if *character == ' ' {
            blanks += 1;
            continue;
        }
        if blanks >= 2 {
            starts.push(position);
        }
        blanks = 0;
    }
    starts
}

/// The end of each column: the start of the next.
fn ends(starts: &[usize]) -> impl Iterator<Item = usize> {
    starts.iter().skip(1).copied().chain(std::iter::once(usize::MAX))
}

fn cell(line: &[char], start: usize, end: usize) -> String {
    let cell = line.get(start..end.min(line.len())).unwrap_or_default();
    cell.iter().collect::<String>().trim().to_owned()
}

/// Words from the left; the last column takes what is left.
fn by_words(header: &str, rows: &[&str]) -> Option<Table> {
    let is_df = header.starts_with("Filesystem");
    let header = header.replace("Mounted on", "Mounted\u{a0}on");
    let titles: Vec<String> = header.split(' ').filter(|w| !w.is_empty()).map(|w| w.replace('\u{a0}', " ")).collect();
    if titles.len() < 2 || !(is_df || titles.iter().all(|title| is_title(title))) {
        return None;
    }
    let rows = rows.iter().map(|row| words(row, titles.len())).collect::<Option<Vec<_>>>()?;
    Some(Table { titles, rows })
}

fn words(row: &str, count: usize) -> Option<Vec<String>> {
    let mut rest = row.trim();
    let mut cells = Vec::with_capacity(count);
    for _ in 1..count {
        let (word, after) = rest.split_once(char::is_whitespace)?;
        cells.push(word.to_owned());
        rest = after.trim_start();
    }
    cells.push(rest.to_owned());
    Some(cells)
}

/// Titles are shouted, all but a unit behind them: `CONTAINER ID`, `%CPU`, `PORT(S)`, `CPU(cores)`.
fn is_title(text: &str) -> bool {
    let text = text.split_once('(').filter(|(_, unit)| !unit.contains(' ')).map_or(text, |(title, _)| title);
    text.contains(char::is_uppercase) && !text.contains(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kubectl_cells_keep_their_blanks() {
        let tables = tables(
            "NAME                   READY   STATUS             RESTARTS        AGE\n\
             api-7d4b9c6f5d-x2x1z   0/1     CrashLoopBackOff   12 (2m4s ago)   40m\n\
             web-0                  1/1     Running            0               3d\n",
        );
        let [table] = &tables[..] else { panic!("{tables:?}") };
        assert_eq!(table.titles, ["NAME", "READY", "STATUS", "RESTARTS", "AGE"]);
        assert_eq!(table.cell(&table.rows[0], "RESTARTS"), Some("12 (2m4s ago)"));
        assert_eq!(table.cell(&table.rows[1], "AGE"), Some("3d"));
        assert_eq!(table.cell(&table.rows[1], "NODE"), None);
    }

    #[test]
    fn an_empty_docker_cell_stays_empty() {
        let tables = tables(
            "CONTAINER ID   IMAGE          COMMAND                  CREATED       STATUS       PORTS                  NAMES\n\
             3f1c2a9b8d7e   nginx:latest   \"/docker-entrypoint.…\"   2 hours ago   Up 2 hours   0.0.0.0:8080->80/tcp   web1\n\
             9a8b7c6d5e4f   busybox        \"sleep 1000\"             3 hours ago   Up 3 hours                          idle\n",
        );
        let [table] = &tables[..] else { panic!("{tables:?}") };
        assert_eq!(table.cell(&table.rows[0], "NAMES"), Some("web1"));
        assert_eq!(table.cell(&table.rows[1], "PORTS"), Some(""));
        assert_eq!(table.cell(&table.rows[1], "NAMES"), Some("idle"));
    }

    #[test]
    fn right_aligned_columns_are_read_by_words() {
        let tables = tables(
            "USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n\
             root           1  0.0  0.1 168140 11236 ?        Ss   06:26   0:02 /sbin/init splash\n\
             www-data   12345 12.5  3.4 998877 99112 ?        Sl   07:01   1:02 nginx: worker process\n",
        );
        assert_eq!(tables[0].titles.len(), 11);
        assert_eq!(tables[0].cell(&tables[0].rows[1], "COMMAND"), Some("nginx: worker process"));
        assert_eq!(tables[0].cell(&tables[0].rows[0], "PID"), Some("1"));
    }

    #[test]
    fn df_has_a_title_of_two_words() {
        let tables = tables(
            "Filesystem      Size  Used Avail Use% Mounted on\n\
             /dev/vda2       252G   15G   77G  16% /\n\
             tmpfs            24G     0   24G   0% /dev/my shm\n",
        );
        assert_eq!(tables[0].cell(&tables[0].rows[1], "Mounted on"), Some("/dev/my shm"));
        assert_eq!(tables[0].cell(&tables[0].rows[0], "Use%"), Some("16%"));
    }

    #[test]
    fn tabs_divide_cells_and_the_last_may_be_missing() {
        let tables = tables(
            "NAME  \tNAMESPACE\tREVISION\tUPDATED                      \tSTATUS  \tCHART          \tAPP VERSION\n\
             rocket\tdefault  \t1       \t2016-01-16 00:00:02 +0000 UTC\tfailed  \tchickadee-1.0.0\t           \n",
        );
        assert_eq!(tables[0].cell(&tables[0].rows[0], "UPDATED"), Some("2016-01-16 00:00:02 +0000 UTC"));
        assert_eq!(tables[0].cell(&tables[0].rows[0], "APP VERSION"), Some(""));
    }

    #[test]
    fn a_title_may_name_its_unit() {
        let tables = tables("NAME    CPU(cores)   MEMORY(bytes)   \nweb-0   3m           20Mi            \n");
        assert_eq!(tables[0].cell(&tables[0].rows[0], "MEMORY(bytes)"), Some("20Mi"));
    }

    #[test]
    fn tables_with_a_blank_line_between_are_two() {
        let text = "NAME        READY   STATUS\npod/web-0   1/1     Running\n\nNAME              TYPE\nservice/web   ClusterIP\n";
        assert_eq!(tables(text).len(), 2);
    }

    #[test]
    fn prose_is_no_table() {
        assert_eq!(tables("fatal: not a git repository\n"), []);
        assert_eq!(tables("On branch main\nnothing to commit, working tree clean\n"), []);
        assert_eq!(tables(""), []);
    }
}
