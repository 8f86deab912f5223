// Package plot draws the figures of the statistics of adoption as SVG: curves,
// hazards, survival, funnels, XmR charts and deciles. It takes plain numbers and
// labels, knows neither the register nor a clock, and gives the same bytes for
// the same input on every machine, so that a figure can be kept and compared.
//
// # For every reader
//
// A figure has a title and a description that says in words what it shows: the
// first, the last and the highest value of each line. Nothing is told by colour
// alone: lines differ by dashes and markers and carry their names, special
// points differ by shape. Colours keep a contrast of 3:1 on white and on black
// and come from sets that colour-blind people tell apart; text is drawn in the
// colour of the page around it, no smaller than 12 units, and the viewBox scales.
// There is no script, no link and no font to load. What is not known leaves a
// gap; it is never drawn as nought.
//
// # The table
//
// Each figure is also a table (Chart.Table). Chart.Figure puts it after the
// picture as HTML, where everybody can open it. Inside a plain SVG no place is
// open to assistive technology, because role="img" hides what is drawn, so the
// description carries the facts and <metadata> carries the numbers: they travel
// with the file, and programs find them. There the table is XHTML with a prefix
// (<h:table>): an HTML parser that meets a bare <table> inside an <svg> leaves
// the picture, and the rest of it would be lost.
//
// All functions may be called from several goroutines. None changes its input,
// and none keeps it.
package plot
