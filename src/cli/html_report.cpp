#include "cli/html_report.hpp"

#include "certify/certify.hpp"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <utility>
#include <vector>

namespace longyang::cli {
namespace {

namespace fs = std::filesystem;

std::string python() {
    if (const char* named = std::getenv("LONGYANG_PYTHON"); named != nullptr && *named != '\0') {
        return named;
    }
    std::error_code ignored;
    return fs::exists(LONGYANG_VENV_PYTHON, ignored) ? LONGYANG_VENV_PYTHON : "python3";
}

/// The environment, with the source tree's package in front of other places of Python modules.
std::vector<std::string> environment() {
    static constexpr std::string_view path = "PYTHONPATH=";
    std::vector<std::string> all;
    std::string found;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        if (text.starts_with(path)) {
            found = fmt::format(":{}", text.substr(path.size()));
        } else {
            all.emplace_back(text);
        }
    }
    all.push_back(fmt::format("{}{}{}", path, LONGYANG_PYTHON_SOURCES, found));
    return all;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> list;
    list.reserve(texts.size() + 1);
    for (std::string& text : texts) {
        list.push_back(text.data());
    }
    list.push_back(nullptr);
    return list;
}

/// Runs a program to its end; its exit code, 127 where it cannot be started.
int run_program(std::vector<std::string> words) {
    std::vector<std::string> variables = environment();
    pid_t child = 0;
    if (posix_spawnp(&child, words[0].c_str(), nullptr, nullptr, pointers(words).data(),
                     pointers(variables).data()) != 0) {
        return 127;
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 127;
}

/// A new file beside the page, gone when this is. Of the root; other ranks have none.
class Passing {
public:
    Passing(const Comm& comm, const std::string& page) {
        agree(comm, [&] {
            if (!comm.root()) {
                return;
            }
            std::string name = page + ".XXXXXX";
            const int file = mkstemp(name.data());
            if (file < 0) {
                throw Error(Exit::file,
                            fmt::format("'{}' cannot be written: {}", page, std::strerror(errno)));
            }
            close(file);
            path_ = name;
        });
    }
    Passing(const Passing&) = delete;
    Passing& operator=(const Passing&) = delete;
    Passing(Passing&&) = delete;
    Passing& operator=(Passing&&) = delete;
    ~Passing() {
        std::error_code ignored;
        fs::remove(path_, ignored);
    }
    [[nodiscard]] const fs::path& path() const { return path_; }

private:
    fs::path path_;
};

/// Certifies a run and writes what was found; false, with a line that says why, where it cannot be.
/// Collective.
bool certified(const Comm& comm, const std::string& results, const fs::path& json) {
    certify::Report report;
    try {
        report = certify::certify(comm, {results, "", 0});
    } catch (const Error& error) {
        if (comm.root()) {
            fmt::print(stderr, "not certified: {}\n", error.what());
        }
        return false;
    }
    agree(comm, [&] {
        if (comm.root()) {
            std::ofstream file(json);
            file << certify::in_json(report);
            file.close();
            if (!file) {
                throw Error(Exit::file, fmt::format("'{}' cannot be written", json.string()));
            }
            for (const std::string& fault : report.faults) {
                fmt::print(stderr, "refuted: {}\n", fault);
            }
        }
    });
    return true;
}

void require_package() {
    if (run_program({python(), "-c", "import longyang.report"}) != 0) {
        throw Error(Exit::file,
                    fmt::format("the page is made by the Python package longyang.report, which "
                                "'{}' cannot import: run jobs/setup.sh, or name a Python that has "
                                "it in LONGYANG_PYTHON",
                                python()));
    }
}

void require_file(const std::string& page) {
    std::error_code none;
    if (fs::exists(page, none) && !fs::is_regular_file(page, none)) {
        throw Error(Exit::file, fmt::format("'{}' cannot be written: it is no file", page));
    }
    std::ifstream old(page, std::ios::binary);
    if (old && old.peek() != '<' && old.peek() != std::ifstream::traits_type::eof()) {
        throw Error(Exit::file, fmt::format("'{}' is not written over: it is no page", page));
    }
}

void make_page(const std::vector<std::string>& words) {
    if (const int code = run_program(words); code != 0) {
        throw Error(Exit::file, fmt::format("longyang.report ended with {}", code));
    }
}

} // namespace

Exit html_report(const Comm& comm, const HtmlRequest& request) {
    agree(comm, [&] {
        if (comm.root()) {
            require_package();
            require_file(request.page);
        }
    });
    std::vector<std::string> words = {python(),
                                      "-m",
                                      "longyang.report",
                                      request.results,
                                      "-o",
                                      request.page,
                                      "--language",
                                      request.language.empty() ? "en" : request.language};
    const Passing first(comm, request.page);
    const Passing second(comm, request.page);
    const auto add = [&](const std::string& results, const Passing& file, const char* option) {
        if (request.certified && certified(comm, results, file.path())) {
            words.insert(words.end(), {option, file.path().string()});
        }
    };
    add(request.results, first, "--certificate");
    if (!request.compared.empty()) {
        words.insert(words.end(), {"--compare", request.compared});
        add(request.compared, second, "--compare-certificate");
    }
    agree(comm, [&] {
        if (comm.root()) {
            make_page(words);
        }
    });
    return Exit::ok;
}

} // namespace longyang::cli
