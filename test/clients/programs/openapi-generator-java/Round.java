import com.google.gson.Gson;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.api.TodosApi;
import org.openapitools.client.model.NewTodo;
import org.openapitools.client.model.Problem;
import org.openapitools.client.model.Todo;
import org.openapitools.client.model.TodoChanges;

class Round {
  private static final Pattern NEXT_CURSOR =
      Pattern.compile("<[^>]*[?&]cursor=([^&>]+)[^>]*>; rel=\"next\"");

  interface Call {
    void run() throws ApiException;
  }

  public static void main(String[] arguments) throws Exception {
    ApiClient client = new ApiClient();
    client.setAccessToken(System.getenv("TOKEN"));
    TodosApi todos = new TodosApi(client);
    LocalDate day = LocalDate.of(2026, 12, 24);

    var created =
        todos.createTodoWithHttpInfo(
            new NewTodo().title("First").date(day).order(16_777_217.0), null, null);
    Todo todo = created.getData();
    String etag = header(created.getHeaders(), "etag");
    report(
        "create",
        created.getStatusCode(),
        seen("title", todo.getTitle(), "date", todo.getDate().toString(), "order", todo.getOrder(), "etag", etag));

    var another = todos.createTodoWithHttpInfo(new NewTodo().title("Second").date(day.plusDays(1)), null, null);
    report("create another", another.getStatusCode(), seen("title", another.getData().getTitle()));

    var page = todos.listTodosWithHttpInfo(1, null, false, day, null, "date");
    String cursor = nextCursor(page.getHeaders());
    report("first page", page.getStatusCode(), seen("titles", titles(page.getData()), "more", cursor != null));

    var rest = todos.listTodosWithHttpInfo(1, cursor, false, day, null, "date");
    report(
        "second page",
        rest.getStatusCode(),
        seen("titles", titles(rest.getData()), "more", nextCursor(rest.getHeaders()) != null));

    TodoChanges changes = new TodoChanges().completed(true);
    var changed = todos.updateTodoWithHttpInfo(todo.getId(), changes, etag, null, null);
    report(
        "change",
        changed.getStatusCode(),
        seen(
            "title", changed.getData().getTitle(),
            "completed", changed.getData().getCompleted(),
            "order", changed.getData().getOrder(),
            "etag", header(changed.getHeaders(), "etag")));

    ApiException stale = fail(() -> todos.updateTodo(todo.getId(), changes, etag, null, null));
    Problem conflict = Problem.fromJson(stale.getResponseBody());
    report(
        "change with the old ETag",
        stale.getCode(),
        seen("kind", kind(conflict), "detail", conflict.getDetail()));

    ApiException refused = fail(() -> todos.listTodos(null, null, null, day, null, "created"));
    Problem invalid = Problem.fromJson(refused.getResponseBody());
    report(
        "list a range in another order",
        refused.getCode(),
        seen("kind", kind(invalid), "errors", invalid.getErrors().get("ordering")));

    var deleted = todos.deleteTodoWithHttpInfo(todo.getId(), null, null);
    report("delete", deleted.getStatusCode(), seen());

    ApiException missing = fail(() -> todos.getTodo(todo.getId(), null, null));
    Problem notFound = Problem.fromJson(missing.getResponseBody());
    report(
        "get what is deleted",
        missing.getCode(),
        seen("kind", kind(notFound), "detail", notFound.getDetail()));
  }

  /** Gives the exception of a call that must fail. */
  private static ApiException fail(Call call) {
    try {
      call.run();
    } catch (ApiException exception) {
      return exception;
    }
    throw new AssertionError("The call did not fail.");
  }

  private static List<String> titles(List<Todo> todos) {
    return todos.stream().map(Todo::getTitle).toList();
  }

  private static String header(Map<String, List<String>> headers, String name) {
    return headers.get(name).get(0);
  }

  /** The cursor of the next page, from the `Link` header; null on the last page. */
  private static String nextCursor(Map<String, List<String>> headers) {
    var link = NEXT_CURSOR.matcher(String.join(", ", headers.getOrDefault("link", List.of())));
    return link.find() ? URLDecoder.decode(link.group(1), StandardCharsets.UTF_8) : null;
  }

  /** The kind of a problem: what follows `#` in its type. */
  private static String kind(Problem problem) {
    return URI.create(problem.getType().toString()).getFragment();
  }

  private static Map<String, Object> seen(Object... pairs) {
    Map<String, Object> seen = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) seen.put((String) pairs[i], pairs[i + 1]);
    return seen;
  }

  /** Prints what the client got, as round.ts states it. */
  private static void report(String step, int status, Map<String, Object> seen) {
    Map<String, Object> line = seen("step", step, "status", status);
    line.putAll(seen);
    System.out.println(new Gson().toJson(line));
  }
}
