/// One thing that is wrong with a table somebody sent, as `parts/faults` lists it.
struct SheetFaultLine: Sendable {
    let place: String
    let column: String
    let value: String
    let expected: String
}
