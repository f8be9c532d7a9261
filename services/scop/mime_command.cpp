// scop mime: a message's structure as its reader sees it, or the message written again from its values.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "core/ascii.hpp"
#include "mime/entity.hpp"
#include "scop/command.hpp"
#include "scop/corpus_json.hpp"
#include "scop/json.hpp"
#include "scop/message_file.hpp"

namespace scop::command {

namespace {

struct Options {
  std::string file;
  bool encode = false;
  bool stream = false;
};

json::object json_of(const std::vector<std::pair<std::string, std::string>>& parameters) {
  json::object object;
  for (const auto& [name, value] : parameters) object[json_text(name)] = json_text(value);
  return object;
}

json::value text_or_null(std::optional<std::string_view> text) {
  return text ? json::value(json_text(*text)) : json::value(nullptr);
}

json::array headers_of(const mime::Header& header, mime_text::Charsets& charsets) {
  json::array headers;
  for (const auto& line : header.lines) {
    const auto* field = std::get_if<mime::Field>(&line);
    if (field == nullptr) continue;
    headers.push_back(json::array{json_text(field->name), json_text(mime::decoded_value(*field, charsets))});
  }
  return headers;
}

// A leaf's octets decoded; what is inside a container as it stands.
std::string octets_of(const mime::Entity& entity) {
  if (const auto* leaf = std::get_if<mime::Leaf>(&entity.body)) return leaf->octets;
  if (const auto* embedded = std::get_if<mime::Embedded>(&entity.body))
    return mime::encode(*embedded->message);
  return mime::encode_body(entity);
}

// Depth is the parser's: at most mime::most_depth.
json::object json_of(const mime::Entity& entity, mime_text::Charsets& charsets) {
  const auto& content = entity.content;
  auto file_name = mime::find(content.disposition_parameters, "filename");
  if (!file_name) file_name = mime::find(content.parameters, "name");
  const auto octets = octets_of(entity);
  json::object node{
      {"headers", headers_of(entity.header, charsets)},
      {"type", json_text(content.type)},
      {"parameters", json_of(content.parameters)},
      {"disposition", content.disposition.empty() ? json::value(nullptr) : json_text(content.disposition)},
      {"filename", text_or_null(file_name)},
      {"encoding", json_text(content.encoding_name)},
      {"charset", text_or_null(mime::find(content.parameters, "charset"))},
      {"size", octets.size()},
      {"sha256", json_text(sha256_hex(octets))}};
  if (const auto* multipart = std::get_if<mime::Multipart>(&entity.body)) {
    json::array parts;
    for (const auto& [delimiter, part] : multipart->parts) parts.push_back(json_of(*part, charsets));
    node["parts"] = std::move(parts);
  }
  if (const auto* embedded = std::get_if<mime::Embedded>(&entity.body))
    node["message"] = json_of(*embedded->message, charsets);
  json::array defects;
  for (const auto defect : entity.defects) defects.push_back(json_text(mime::name_of(defect)));
  node["defects"] = std::move(defects);
  return node;
}

void print_tree(const Terminal& terminal, const mime::Entity& entity, std::size_t depth) {
  const auto& content = entity.content;
  std::string defects;
  for (const auto defect : entity.defects) defects += fmt::format(" {}", mime::name_of(defect));
  auto file_name = mime::find(content.disposition_parameters, "filename");
  if (!file_name) file_name = mime::find(content.parameters, "name");
  terminal.line(fmt::format("{:{}}{} {} {} octets{}{}", "", depth * 2, shown(content.type),
                            shown(content.encoding_name), octets_of(entity).size(),
                            file_name ? fmt::format(" \"{}\"", shown(*file_name)) : "",
                            terminal.paint(Colour::yellow, defects)));
  if (const auto* multipart = std::get_if<mime::Multipart>(&entity.body)) {
    for (const auto& [delimiter, part] : multipart->parts) print_tree(terminal, *part, depth + 1);
  }
  if (const auto* embedded = std::get_if<mime::Embedded>(&entity.body))
    print_tree(terminal, *embedded->message, depth + 1);
}

//   stream = *( size LF octets )          ; as `scop corpus generate --stream` has them behind its first line
int run_stream(const Context& context, bool encode) {
  mime_text::Charsets charsets;
  for (std::string head; std::getline(std::cin, head);) {
    const auto size = ascii::parse_unsigned(head);
    if (!size || *size > most_message) {
      context.terminal.problem(fmt::format("a message's size was expected, not \"{}\"", shown(head)));
      return declined;
    }
    std::string text(*size, '\0');
    if (!std::cin.read(text.data(), static_cast<std::streamsize>(*size))) {
      context.terminal.problem("the stream ends within a message");
      return declined;
    }
    const auto entity = mime::parse(text, charsets);
    text.clear();
    if (encode) {
      const auto octets = mime::encode(entity);
      std::cout << octets.size() << '\n' << octets;
    } else {
      print_json(json_of(entity, charsets));
    }
  }
  std::cout.flush();
  return good;
}

int run(const Context& context, const Options& options) {
  if (options.stream) return run_stream(context, options.encode);
  auto text = read_input(options.file);
  if (!text) {
    context.terminal.problem(text.error().what);
    return declined;
  }
  mime_text::Charsets charsets;
  const auto entity = mime::parse(*text, charsets);
  text->clear();
  if (options.encode) {
    const auto octets = mime::encode(entity);
    std::cout.write(octets.data(), static_cast<std::streamsize>(octets.size())).flush();
  } else if (context.json) {
    print_json(json_of(entity, charsets));
  } else {
    print_tree(context.terminal, entity, 0);
  }
  return good;
}

}  // namespace

void declare_mime(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("mime", "a message's parts as they are read; --json for every value");
  auto* what = command->add_option_group("what")->require_option(1);
  what->add_option("FILE", options->file, "a message; - is standard input");
  what->add_flag("--stream", options->stream,
                 "standard input is messages, each behind a line with its size: a line of JSON for each, or "
                 "with --encode again size and octets");
  command->add_flag("--encode", options->encode, "write the message again from its values alone");
  command->callback(
      [&context, options] { context.chosen = [&context, options] { return run(context, *options); }; });
}

}  // namespace scop::command
