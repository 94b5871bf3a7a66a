#pragma once

#include "lp/flat.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

/// HiGHS as an engine: one linear or integer programme for a span that it can solve.
namespace longyang::solve::highs {

/// How a relaxed programme is solved.
enum class Method {
    simplex, ///< dual simplex, from the last basis where there is one: a day or so
    /// An interior point method without crossover, each time from nothing: several days, over which
    /// the simplex method takes hours. Its point is no vertex.
    interior,
};

struct Settings {
    Method method = Method::simplex; ///< of solve_relaxed and solve_fixed
    double gap = 1e-4;               ///< relative, integer programmes
    double time_limit_s = 0.0;       ///< of each solve; 0: none
    int threads = 1;
    /// Asked now and then while solving; true stops the solver as soon as it can.
    std::function<bool()> stop;
    /// Told now and then while an integer programme is solved: best cost (infinity: none yet),
    /// bound, seconds.
    std::function<void(double, double, double)> progress;
};

enum class Status {
    optimal,    ///< to the gap asked for
    limit,      ///< stopped by the time limit or by `stop`; the point may be missing
    infeasible, ///< (or unbounded) proven
    failed,     ///< numerical failure
};

struct Outcome {
    Status status = Status::failed;
    bool has_point = false;
    lp::Point point;    ///< duals only from relaxed solves
    double cost = 0.0;  ///< of the point, offset included
    double bound = 0.0; ///< HiGHS's own proven bound, offset included; -infinity where none
    double seconds = 0.0;
    long long iterations = 0; ///< simplex, interior point and crossover together
    long long nodes = 0;
    std::string words; ///< HiGHS's own name of the status
};

/// One programme held by HiGHS, warm between solves. Not shared between threads.
class Engine {
public:
    explicit Engine(const lp::FlatProgramme& programme);
    ~Engine();
    Engine(Engine&&) noexcept;
    Engine& operator=(Engine&&) noexcept;
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    void add_rows(const lp::SparseRows& rows);
    /// Other costs, one per column; the constant part stays.
    void set_costs(const std::vector<double>& cost);
    /// Without integrality, by the method of the settings; a simplex solve starts from the basis of
    /// the last one, or from nothing (measured in docs/decisions.md).
    [[nodiscard]] Outcome solve_relaxed(const Settings& settings);
    /// With integrality; `start`: column values of a known good point, or empty. What presolve
    /// calls infeasible is searched without it once more: HiGHS 1.15.1 is wrong now and then.
    [[nodiscard]] Outcome solve_integer(const Settings& settings, const std::vector<double>& start);
    /// Integer columns fixed at the (rounded) values of `column`, the rest relaxed: gives duals for
    /// prices. The columns' own bounds are back afterwards.
    [[nodiscard]] Outcome solve_fixed(const Settings& settings, const std::vector<double>& column);

    /// An irreducible (or at least small) set of rows and columns that cannot hold together, by
    /// number, for messages; may be empty.
    struct Conflict {
        std::vector<int> rows, columns;
    };
    [[nodiscard]] Conflict find_conflict(double time_limit_s);

    /// Writes the programme as MPS (relaxed: without integrality), names as lp::column_names gives
    /// them. Written to a temporary name, then renamed.
    void write_mps(const std::string& path, const std::vector<std::string>& column_names,
                   const std::vector<std::string>& row_names, bool relaxed) const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

/// For `longyang --version`, as "HiGHS 1.15.1".
[[nodiscard]] std::string describe();

} // namespace longyang::solve::highs
