/// The longest part of a sequence that is in order already: what stands still while the rest moves around it.
enum LongestIncreasing {
    /// The indices, ascending, of a longest strictly increasing subsequence (patience sorting; n log n).
    static func indices(of values: [Int]) -> [Int] {
        var tails: [Int] = []  // tails[k]: index of the smallest value that ends an increasing run of k + 1
        var previous = [Int](repeating: -1, count: values.count)
        for (index, value) in values.enumerated() {
            var (low, high) = (0, tails.count)
            while low < high {
                let middle = (low + high) / 2
                if values[tails[middle]] < value { low = middle + 1 } else { high = middle }
            }
            if low > 0 { previous[index] = tails[low - 1] }
            if low == tails.count { tails.append(index) } else { tails[low] = index }
        }
        var result: [Int] = []
        var index = tails.last ?? -1
        while index >= 0 {
            result.append(index)
            index = previous[index]
        }
        return result.reversed()
    }
}
