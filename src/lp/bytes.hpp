#pragma once

// Internal to lp/.

#include "base/error.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <type_traits>
#include <vector>

/// Messages between ranks of the same kind of machine.
namespace longyang::lp::bytes {

inline void put_bytes(std::vector<std::byte>& to, const void* from, std::size_t count) {
    const std::size_t before = to.size();
    to.resize(before + count);
    if (count > 0) {
        std::memcpy(to.data() + before, from, count);
    }
}

template <typename T>
void put(std::vector<std::byte>& to, const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    put_bytes(to, &value, sizeof value);
}

/// A length, then the items: of a vector or a string.
template <typename Items>
void put_items(std::vector<std::byte>& to, const Items& items) {
    static_assert(std::is_trivially_copyable_v<typename Items::value_type>);
    put(to, static_cast<std::uint64_t>(items.size()));
    put_bytes(to, items.data(), items.size() * sizeof(typename Items::value_type));
}

/// Of a table in runs: so many times the same number, then so many others.
struct Run {
    std::uint32_t same = 0, others = 0;
};
/// Numbers that are alike, than which a run of fewer takes more room than it saves.
inline constexpr std::size_t least_run = 4;

/// How many numbers are the same bit by bit: NaN and -0.0 are numbers like others.
inline std::size_t alike_from(std::span<const double> numbers, std::size_t first) {
    const auto bits = std::bit_cast<std::uint64_t>(numbers[first]);
    std::size_t end = first + 1;
    while (end < numbers.size() && std::bit_cast<std::uint64_t>(numbers[end]) == bits) {
        ++end;
    }
    return end - first;
}

/// A length, then runs, each followed by its numbers. A plan's tables hold zeros and limits for
/// hours on end.
inline void put_runs(std::vector<std::byte>& to, std::span<const double> numbers) {
    constexpr std::size_t most = std::numeric_limits<std::uint32_t>::max();
    put(to, static_cast<std::uint64_t>(numbers.size()));
    std::size_t at = 0;
    while (at < numbers.size()) {
        std::size_t same = std::min(alike_from(numbers, at), most);
        same = same < least_run ? 0 : same;
        std::size_t end = at + same;
        for (std::size_t next = 0; end < numbers.size() && end - at - same < most; end += next) {
            next = alike_from(numbers, end);
            if (next >= least_run) {
                break;
            }
        }
        end = std::min(end, at + same + most);
        put(to, Run{static_cast<std::uint32_t>(same), static_cast<std::uint32_t>(end - at - same)});
        if (same > 0) {
            put(to, numbers[at]);
        }
        put_bytes(to, numbers.data() + at + same, (end - at - same) * sizeof(double));
        at = end;
    }
}

/// Reads what was put, and never beyond the end.
class Reader {
public:
    explicit Reader(std::span<const std::byte> bytes) : left_(bytes) {}

    template <typename T>
    void get(T& value) {
        take(&value, 1, sizeof value);
    }
    template <typename Items>
    void get_items(Items& items) {
        std::uint64_t count = 0;
        get(count);
        constexpr std::size_t size = sizeof(typename Items::value_type);
        if (count > left_.size() / size) {
            throw Error(Exit::defect, "a message ends too early");
        }
        items.resize(static_cast<std::size_t>(count));
        take(items.data(), items.size(), size);
    }
    void get_runs(std::vector<double>& numbers) {
        std::uint64_t count = 0;
        get(count);
        numbers.clear();
        while (numbers.size() < count) {
            Run run;
            get(run);
            const std::size_t length = std::size_t{run.same} + run.others;
            if (length == 0 || length > count - numbers.size()) {
                throw Error(Exit::defect, "a message has runs that do not fit its table");
            }
            if (numbers.empty()) {
                numbers.reserve(static_cast<std::size_t>(count));
            }
            if (run.same > 0) {
                double number = 0.0;
                get(number);
                numbers.insert(numbers.end(), run.same, number);
            }
            const std::size_t before = numbers.size();
            numbers.resize(before + run.others);
            take(numbers.data() + before, run.others, sizeof(double));
        }
    }
    [[nodiscard]] bool at_end() const { return left_.empty(); }

private:
    void take(void* to, std::size_t count, std::size_t size) {
        const std::size_t bytes = count * size;
        if (bytes > left_.size()) {
            throw Error(Exit::defect, "a message ends too early");
        }
        if (bytes > 0) {
            std::memcpy(to, left_.data(), bytes);
        }
        left_ = left_.subspan(bytes);
    }

    std::span<const std::byte> left_;
};

} // namespace longyang::lp::bytes
