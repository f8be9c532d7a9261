#include <fmt/format.h>

#include "bayes/tokenize.hpp"
#include "core/ascii.hpp"
#include "scop/json.hpp"
#include "scop/mail_source.hpp"
#include "scop/training_commands.hpp"
#include "token_store/token_store.hpp"

namespace scop::command {

namespace {

json::array reasons_json(const bayes::Verdict& verdict) {
  json::array reasons;
  for (const auto& reason : verdict.reasons) {
    reasons.push_back(json::object{{"token", json_text(reason.token)}, {"probability", reason.probability}});
  }
  return reasons;
}

std::string reasons_text(const bayes::Verdict& verdict) {
  std::string text;
  for (const auto& reason : verdict.reasons) {
    text += fmt::format("{}{} {:.2f}", text.empty() ? "" : ", ", ascii::printable(reason.token),
                        reason.probability);
  }
  return text;
}

// `number` counts the messages of an mbox from 1; 0 where the file is one message.
void print_verdict(const Context& context, const std::string& file, std::size_t number,
                   const bayes::Verdict& verdict) {
  if (context.json) {
    json::object object{{"file", json_text(file)},
                        {"label", json_text(bayes::name_of(verdict.label))},
                        {"score", verdict.score},
                        {"reasons", reasons_json(verdict)}};
    if (number > 0) object["message"] = number;
    return print_json(object);
  }
  fmt::print("{}{}: {} {:.4f} ({})\n", file, number > 0 ? fmt::format("#{}", number) : "",
             bayes::name_of(verdict.label), verdict.score, reasons_text(verdict));
}

}  // namespace

int classify_by_database(const Context& context, const ClassifyOptions& options) {
  const auto files = mail_files(options.places);
  if (!files) {
    context.terminal.problem(files.error().what);
    return wrong_usage;
  }
  std::error_code error;
  if (!std::filesystem::exists(options.database, error)) {
    context.terminal.problem(
        fmt::format("{}: there is no such database; scop train --db makes it", options.database.string()));
    return wrong_usage;
  }
  const auto store = token_store::TokenStore::open(options.database, {}, true);
  if (!store) {
    context.terminal.problem(fmt::format("{}: {}", options.database.string(), store.error().what));
    return declined;
  }
  mime_text::Charsets charsets;
  int status = good;
  for (const auto& file : *files) {
    const auto octets = read_mail_file(file);
    if (!octets) {
      context.terminal.problem(octets.error().what);
      status = declined;
      continue;
    }
    const auto messages = split_mbox(*octets);
    for (std::size_t i = 0; i < messages.size(); ++i) {
      const auto verdict =
          store->classify(bayes::tokenize(messages[i], charsets), options.user, options.thresholds);
      print_verdict(context, file.path.string(), messages.size() > 1 ? i + 1 : 0, verdict);
    }
  }
  return status;
}

}  // namespace scop::command
