#include "base/error.hpp"
#include "solve/highs/engine.hpp"
#include "solve/highs/handle.hpp"
#include "solve/highs/parts.hpp"

#include <interfaces/highs_c_api.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

namespace longyang::solve::highs {
namespace {

using Clock = std::chrono::steady_clock;

/// Rows and columns that are looked at, by their numbers in the whole programme, with the rows over
/// those columns.
struct Part {
    std::vector<int> row, column;
    lp::SparseRows rows;
    std::vector<double> lower, upper; ///< of the columns
};

/// The rows `chosen` (ascending) of what HiGHS holds and the columns that stand in them.
Part part_of(const Handle& whole, const std::vector<double>& lower,
             const std::vector<double>& upper, std::vector<int> chosen) {
    Part part;
    part.row = std::move(chosen);
    const int count = highs_size(part.row.size());
    int rows = 0;
    int entries = 0;
    part.rows.lower.resize(part.row.size());
    part.rows.upper.resize(part.row.size());
    // Called without places for the entries, it gives their number.
    check(Highs_getRowsBySet(whole.raw(), count, part.row.data(), &rows, part.rows.lower.data(),
                             part.rows.upper.data(), &entries, nullptr, nullptr, nullptr),
          "rows of the conflict");
    std::vector<int> start(part.row.size());
    part.rows.column.resize(static_cast<std::size_t>(entries));
    part.rows.value.resize(static_cast<std::size_t>(entries));
    check(Highs_getRowsBySet(whole.raw(), count, part.row.data(), &rows, part.rows.lower.data(),
                             part.rows.upper.data(), &entries, start.data(),
                             part.rows.column.data(), part.rows.value.data()),
          "rows of the conflict");
    part.rows.start.assign(start.begin(), start.end());
    part.rows.start.push_back(entries);

    std::vector<int> number(lower.size(), -1);
    for (int& column : part.rows.column) {
        int& place = number[static_cast<std::size_t>(column)];
        if (place < 0) {
            place = static_cast<int>(part.column.size());
            part.column.push_back(column);
            part.lower.push_back(lower[static_cast<std::size_t>(column)]);
            part.upper.push_back(upper[static_cast<std::size_t>(column)]);
        }
        column = place;
    }
    return part;
}

/// Asks HiGHS again and again whether a part can hold together. All costs are zero, so that every
/// basis is dual feasible and the dual simplex method ends with a proof in the rows (a ray).
class Question {
public:
    Question(const Part& part, Clock::time_point end) : part_(part), end_(end) {
        handle_.set("presolve", "off");
        handle_.set("solver", "simplex");
        handle_.set("threads", 1);
        handle_.set("parallel", "off");
        std::vector<int> start(part.rows.start.size());
        std::transform(part.rows.start.begin(), part.rows.start.end(), start.begin(),
                       [](std::int64_t at) { return static_cast<int>(at); });
        const std::vector<double> cost(part.column.size(), 0.0);
        check(Highs_passLp(handle_.raw(), highs_size(part.column.size()),
                           highs_size(part.row.size()), highs_size(part.rows.column.size()),
                           kHighsMatrixFormatRowwise, kHighsObjSenseMinimize, 0.0, cost.data(),
                           part.lower.data(), part.upper.data(), part.rows.lower.data(),
                           part.rows.upper.data(), start.data(), part.rows.column.data(),
                           part.rows.value.data()),
              "the conflict");
    }

    [[nodiscard]] bool late() const { return Clock::now() >= end_; }

    /// Whether it is proven that nothing keeps all limits; false where time is over.
    [[nodiscard]] bool infeasible() {
        if (late()) {
            return false;
        }
        handle_.set("time_limit", std::chrono::duration<double>(end_ - Clock::now()).count());
        Highs_resetGlobalScheduler(1);
        check(Highs_zeroAllClocks(handle_.raw()), "clocks");
        static_cast<void>(Highs_run(handle_.raw()));
        return Highs_getModelStatus(handle_.raw()) == kHighsModelStatusInfeasible;
    }

    /// Weights of the rows in the proof; empty where HiGHS has none.
    [[nodiscard]] std::vector<double> ray() const {
        std::vector<double> weight(part_.row.size());
        int there = 0;
        const int status = Highs_getDualRay(handle_.raw(), &there, weight.data());
        return status != kHighsStatusError && there != 0 ? weight : std::vector<double>{};
    }

    void free_row(std::size_t row) { bound_row(row, -lp::infinity, lp::infinity); }
    void bind_row(std::size_t row) { bound_row(row, part_.rows.lower[row], part_.rows.upper[row]); }
    void free_column(std::size_t column) { bound_column(column, -lp::infinity, lp::infinity); }
    void bind_column(std::size_t column) {
        bound_column(column, part_.lower[column], part_.upper[column]);
    }

private:
    void bound_row(std::size_t row, double lower, double upper) {
        check(Highs_changeRowBounds(handle_.raw(), static_cast<int>(row), lower, upper),
              "limits of a row");
    }
    void bound_column(std::size_t column, double lower, double upper) {
        check(Highs_changeColBounds(handle_.raw(), static_cast<int>(column), lower, upper),
              "bounds of a column");
    }

    const Part& part_;
    Clock::time_point end_;
    Handle handle_;
};

/// Rows with a weight in a proof; none where there is no proof to look at.
std::vector<int> rows_of_ray(const Part& part, const std::vector<double>& weight) {
    double largest = 0.0;
    for (const double w : weight) {
        largest = std::max(largest, std::abs(w));
    }
    std::vector<int> chosen;
    for (std::size_t r = 0; r < weight.size(); ++r) {
        if (std::abs(weight[r]) > 1e-9 * largest) {
            chosen.push_back(part.row[r]);
        }
    }
    return chosen;
}

/// The first row that the bounds of its own columns break, if there is one: HiGHS finds such a row
/// before it has any proof.
std::vector<int> row_broken_alone(const Part& part) {
    for (std::size_t r = 0; r < part.row.size(); ++r) {
        double least = 0.0;
        double most = 0.0;
        for (auto e = static_cast<std::size_t>(part.rows.start[r]);
             e < static_cast<std::size_t>(part.rows.start[r + 1]); ++e) {
            const auto c = static_cast<std::size_t>(part.rows.column[e]);
            const double a = part.rows.value[e];
            least += a * (a > 0.0 ? part.lower[c] : part.upper[c]);
            most += a * (a > 0.0 ? part.upper[c] : part.lower[c]);
        }
        const auto beyond = [](double value, double limit) {
            return value - limit > 1e-6 * (1.0 + std::abs(limit));
        };
        if (beyond(least, part.rows.upper[r]) || beyond(-most, -part.rows.lower[r])) {
            return {part.row[r]};
        }
    }
    return {};
}

/// Frees one item after the other; those without which the conflict goes away are bound again.
template <typename Free, typename Bind>
std::vector<char> needed(Question& question, std::size_t count, const Free& free_item,
                         const Bind& bind_item) {
    std::vector<char> stays(count, 1);
    for (std::size_t i = 0; i < count && !question.late(); ++i) {
        free_item(i);
        if (question.infeasible()) {
            stays[i] = 0;
        } else {
            bind_item(i);
        }
    }
    return stays;
}

std::vector<int> kept(const std::vector<int>& number, const std::vector<char>& stays) {
    std::vector<int> chosen;
    for (std::size_t i = 0; i < number.size(); ++i) {
        if (stays[i] != 0) {
            chosen.push_back(number[i]);
        }
    }
    return chosen;
}

std::vector<int> needed_rows(const Part& part, Clock::time_point end) {
    Question question(part, end);
    return kept(part.row,
                needed(
                    question, part.row.size(), [&](std::size_t r) { question.free_row(r); },
                    [&](std::size_t r) { question.bind_row(r); }));
}

std::vector<int> needed_columns(const Part& part, Clock::time_point end) {
    Question question(part, end);
    return kept(part.column,
                needed(
                    question, part.column.size(), [&](std::size_t c) { question.free_column(c); },
                    [&](std::size_t c) { question.bind_column(c); }));
}

} // namespace

Engine::Conflict Engine::find_conflict(double time_limit_s) {
    const Parts& parts = *parts_;
    const Clock::time_point end =
        Clock::now() + std::chrono::duration_cast<Clock::duration>(
                           std::chrono::duration<double>(std::min(time_limit_s, 1e8)));
    std::vector<int> all(static_cast<std::size_t>(Highs_getNumRow(parts.handle.raw())));
    std::iota(all.begin(), all.end(), 0);
    Part part = part_of(parts.handle, parts.lower, parts.upper, std::move(all));
    const auto part_with = [&](std::vector<int> chosen) {
        return part_of(parts.handle, parts.lower, parts.upper, std::move(chosen));
    };
    std::vector<int> chosen = row_broken_alone(part);
    if (chosen.empty()) {
        Question question(part, end);
        if (!question.infeasible()) {
            return {}; // it holds together, or time is over
        }
        chosen = rows_of_ray(part, question.ray());
    }
    // A proof names few rows of a whole programme, and again fewer of those few. Small weights were
    // left out, so each smaller part has to be proven anew.
    constexpr int rounds = 3;
    for (int round = 0; round < rounds && !chosen.empty() && chosen.size() < part.row.size();
         ++round) {
        Part smaller = part_with(std::move(chosen));
        Question question(smaller, end);
        if (!question.infeasible()) {
            break;
        }
        chosen = rows_of_ray(smaller, question.ray());
        part = std::move(smaller);
    }

    Conflict conflict;
    conflict.rows = needed_rows(part, end);
    // Only columns of the rows that are left can matter.
    conflict.columns = needed_columns(part_with(conflict.rows), end);
    std::sort(conflict.columns.begin(), conflict.columns.end());
    return conflict;
}

} // namespace longyang::solve::highs
