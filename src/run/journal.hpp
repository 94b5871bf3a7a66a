#pragma once

#include "base/comm.hpp"
#include "results/content.hpp"

#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace longyang::run {

/// Keeps the run's stages and their times, and tells the story as it goes: one dated line a stage
/// in the log; on a terminal besides a line that is overwritten with what is done and the time
/// left.
class Journal {
public:
    explicit Journal(const Comm& comm);

    /// Runs one stage on all ranks. If it throws on one of them it throws on all (agree), with the
    /// stage's name before the words. Times of a stage that runs several times add up.
    template <class Work>
    auto stage(const std::string& name, Work&& work) {
        const double begin = seconds();
        current_ = name;
        if constexpr (std::is_void_v<std::invoke_result_t<Work>>) {
            agree(comm_, work);
            finish(name, seconds() - begin);
        } else {
            std::invoke_result_t<Work> result{};
            agree(comm_, [&] { result = work(); });
            finish(name, seconds() - begin);
            return result;
        }
    }

    /// A line in the log, from the root.
    void say(const std::string& words) const;
    /// The same, told under --quiet too.
    void warn(const std::string& words) const;
    /// How long the whole run will take, as forecast; progress then says what is left.
    void expect(double seconds) { expected_ = seconds; }
    /// What is going on within a stage, with the time left: overwritten on a terminal; in a log at
    /// most every 30 s. left_s: until the time limit, or negative where there is none.
    void progress(const std::string& words, double left_s);

    [[nodiscard]] const std::vector<results::Stage>& stages() const { return stages_; }
    [[nodiscard]] double seconds() const;

private:
    void finish(const std::string& name, double seconds);
    void leave_line() const;
    void clear_line();

    const Comm& comm_;
    bool terminal_ = false;
    bool line_open_ = false;
    double start_ = 0.0;
    double last_line_ = 0.0;
    double expected_ = 0.0;
    std::string current_;
    std::vector<results::Stage> stages_;
};

} // namespace longyang::run
